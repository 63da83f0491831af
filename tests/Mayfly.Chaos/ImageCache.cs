using Mayfly.Images.Cache;

namespace Mayfly.Chaos;

/// <summary>A cache of its own with the packages of the user's, so that making the image needs no network.</summary>
internal sealed class ImageCache : IDisposable
{
    private static readonly string[] _shared = ["kernel-packages", "busybox-packages"];

    public ImageCache()
    {
        Path = Directory.CreateTempSubdirectory("mfx-cache-").FullName;
        var users = CacheDirectory.Open().Path;
        foreach (var name in _shared)
        {
            Directory.CreateSymbolicLink(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(users, name));
        }

        File.Copy(System.IO.Path.Combine(users, "current.json"), System.IO.Path.Combine(Path, "current.json"));
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
