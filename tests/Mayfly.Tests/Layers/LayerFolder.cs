using Mayfly.Images.Cache;
using Mayfly.Layers;
using Mayfly.Tests.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Layers;

/// <summary>A folder to make layers of, beside a cache of its own.</summary>
internal sealed class LayerFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LayerFolder() => Directory.CreateDirectory(Path);

    public string Path => _folder["source"];

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public CacheDirectory Cache => CacheDirectory.Open(_folder["cache"]);

    public string Beside(string name) => _folder[name];

    public void Dispose() => _folder.Dispose();

    public LayerFolder With(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], content);
        return this;
    }

    public LayerStore Store(TimeProvider? timeProvider = null) => new(Cache, NullLogger.Instance, timeProvider ?? TimeProvider.System);

    public Task<LayerImage> MakeAsync() => MakeAsync(SandboxLayer.FromFolder(Path, "/opt/x"));

    public Task<LayerImage> MakeAsync(SandboxLayer layer) => Store().GetAsync(layer, null, default);

    /// <summary>The same without a memory of what was read before.</summary>
    public async Task<string> DigestAsync(SandboxLayer layer) =>
        await LayerSource.Of(layer).ReadAsync(FileDigests.Load(Cache, "nothing", TimeProvider.System.GetUtcNow()), default);

    public Task<string> DigestAsync() => DigestAsync(SandboxLayer.FromFolder(Path, "/opt/x"));
}
