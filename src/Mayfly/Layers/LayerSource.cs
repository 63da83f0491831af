using Mayfly.Layers.Dotnet;

namespace Mayfly.Layers;

/// <summary>Where a layer's content is on the host.</summary>
internal abstract class LayerSource
{
    /// <summary>How messages name it.</summary>
    public abstract string Name { get; }

    /// <summary>The source of a layer.</summary>
    public static LayerSource Of(SandboxLayer layer) => layer.Source switch
    {
        SandboxLayerSource.Folder => new HostLayerSource($"the folder {Path.GetFullPath(layer.Path)}", () => FolderList.Read(Path.GetFullPath(layer.Path))),
        SandboxLayerSource.Tar => new TarLayerSource(Path.GetFullPath(layer.Path)),
        SandboxLayerSource.Tool => new HostLayerSource($"the program {layer.Path}", () => ToolList.Read(layer.Path, layer.GuestPath)),
        SandboxLayerSource.Dotnet => new HostLayerSource(DotnetList.NameOf(layer.Path), () => DotnetList.Read(layer.Path, layer.GuestPath)),
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer.Source, null),
    };

    /// <summary>Refuses a layer whose source is not there, at the cost of a look.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1018.</exception>
    public static void Require(SandboxLayer layer)
    {
        if (layer.Source switch
        {
            SandboxLayerSource.Folder => Directory.Exists(layer.Path) ? null : "there is no such folder",
            SandboxLayerSource.Tar => File.Exists(layer.Path) ? null : "there is no such file",
            SandboxLayerSource.Dotnet => layer.Path.Length == 0 || File.Exists(layer.Path) ? null : "there is no such file; give the main .dll of an application that was built",
            _ => ToolList.Locate(layer.Path) is null ? "there is no such program; a name without a slash is looked for in PATH" : null,
        } is { } objection)
        {
            throw LayerErrors.Unusable(Of(layer).Name, objection);
        }
    }

    /// <summary>Reads what is there now, and returns its digest, by which the layer is known.</summary>
    /// <param name="digests">Digests of files that were read before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LayerChangedException">It changes meanwhile.</exception>
    /// <exception cref="SandboxConfigurationException">MAY1018: it can't be a layer.</exception>
    public abstract Task<string> ReadAsync(FileDigests digests, CancellationToken cancellationToken);

    /// <summary>Puts exactly what was read into an empty folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="scratch">Another one, on the same file system, that nobody wants afterwards.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="LayerChangedException">It is not there any more.</exception>
    public abstract Task CopyAsync(string folder, string scratch, CancellationToken cancellationToken);
}
