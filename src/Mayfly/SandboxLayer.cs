namespace Mayfly;

/// <summary>
/// Read-only content that a machine mounts rather than copies: made into an EROFS image once, known by what is in it, and
/// shared by all machines that have it. Layers of the same <see cref="GuestPath"/> are joined; the first hides the later.
/// </summary>
public sealed record SandboxLayer
{
    internal SandboxLayer(SandboxLayerSource source, string path, string guestPath) => (Source, Path, GuestPath) = (source, path, guestPath);

    /// <summary>What the layer is made from.</summary>
    public SandboxLayerSource Source { get; }

    /// <summary>The folder, archive or program on the host.</summary>
    public string Path { get; }

    /// <summary>
    /// Where the guest sees it: an absolute path. What the image has there is hidden. On <c>/</c>, what is in the layer's folders
    /// hides what the image has at the same paths, and all else stays, folders that both have with the image's mode and owner.
    /// </summary>
    public string GuestPath { get; }

    /// <summary>
    /// How much a machine may write below <see cref="GuestPath"/>, in its own memory, up to all of it. Default zero: it is
    /// read-only; on <c>/</c> it is writable, up to half of the memory. The largest among the layers of one path counts.
    /// </summary>
    public ByteSize Writable { get; init; }

    /// <summary>
    /// A size that is set aside for the layer: a template is then independent of its content, and each clone can have
    /// another one there. 4 KiB to 16 GiB, rounded up to whole 4 KiB. Default null: the layer is a part of the template.
    /// </summary>
    public ByteSize? Slot { get; init; }

    /// <summary>A layer of a folder's content.</summary>
    /// <param name="folder">On the host.</param>
    /// <param name="guestPath">Where the guest sees what is in it.</param>
    public static SandboxLayer FromFolder(string folder, string guestPath) => new(SandboxLayerSource.Folder, folder, guestPath);

    /// <summary>A layer of a tar archive's content, compressed with gzip or not.</summary>
    /// <param name="archive">On the host.</param>
    /// <param name="guestPath">Where the guest sees what is in it.</param>
    public static SandboxLayer FromTar(string archive, string guestPath) => new(SandboxLayerSource.Tar, archive, guestPath);

    /// <summary>
    /// A layer of a program of the host's with the shared libraries and the loader that it needs, each at its own path, so that it
    /// runs in a guest that has none of them. Mount it on <c>/</c> for that, which is the default.
    /// </summary>
    /// <param name="program">An ELF program on the host: a path, or a name in PATH.</param>
    /// <param name="guestPath">Where the guest sees the files, by their paths on the host below it.</param>
    public static SandboxLayer FromTool(string program, string guestPath = "/") => new(SandboxLayerSource.Tool, program, guestPath);
}
