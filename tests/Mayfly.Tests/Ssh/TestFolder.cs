namespace Mayfly.Tests.Ssh;

/// <summary>
/// A folder that goes with the test; short, for sockets in it, and private, as servers insist.
/// </summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Make();

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Make()
    {
        var path = System.IO.Path.Combine(Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR")!, $"t{System.IO.Path.GetRandomFileName()[..6]}");
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
