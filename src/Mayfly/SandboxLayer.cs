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

    /// <summary>The folder, archive, program or application on the host; empty for the .NET that this process runs on.</summary>
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

    /// <summary>
    /// A layer of the host's own .NET, as much of it as an application needs, at the same paths as on the host: the program
    /// <c>dotnet</c>, which in the guest is in PATH as <c>/usr/bin/dotnet</c> wherever it is installed; the shared frameworks in the versions that .NET would
    /// choose on the host; the libraries that they, and the native libraries in the application's folder, need; and of ICU, OpenSSL
    /// with its certificates, Kerberos and the time zones what the host has. The application itself is not in it: give its folder as a
    /// layer of its own, best at the same path. Nothing of the SDK is, so a guest can run .NET, and can't build. Mount it on
    /// <c>/</c>, which is the default.
    /// </summary>
    /// <param name="application">
    /// The application's main .dll on the host, with its <c>.runtimeconfig.json</c> beside it. Default null: the frameworks that this
    /// process runs on.
    /// </param>
    /// <param name="guestPath">Where the guest sees the files, by their paths on the host below it.</param>
    /// <remarks>
    /// A sandbox with it does not start (MAY1018) where there is no <c>.runtimeconfig.json</c>, the application brings its own .NET (self-contained),
    /// or no installed version will do. The .NET is the one that this process runs on, else that of DOTNET_ROOT, else that of <c>dotnet</c> in PATH.
    /// </remarks>
    public static SandboxLayer FromDotnet(string? application = null, string guestPath = "/") => new(SandboxLayerSource.Dotnet, application ?? "", guestPath);
}
