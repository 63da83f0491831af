using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <content>What the machine is made of.</content>
public abstract partial class SandboxTask
{
    /// <summary>The machine's memory, such as <c>512M</c>, which also bounds its file system. Default 512 MiB.</summary>
    public string? Memory { get; set; }

    /// <summary>The machine's processors. Default 1.</summary>
    public string? Cpus { get; set; }

    /// <summary><c>Auto</c>, <c>Kvm</c> or <c>Tcg</c>. Default <c>Auto</c>.</summary>
    public string? Acceleration { get; set; }

    /// <summary>How the machine is reached: <c>Auto</c>, <c>Vsock</c>, <c>KernelVsock</c>, <c>Serial</c> or <c>Ssh</c>. Default <c>Auto</c>.</summary>
    public string? Transport { get; set; }

    /// <summary>
    /// The machine's network card: <c>none</c>, <c>user</c> (QEMU's own, with no way out), <c>user:outbound</c> (which also
    /// reaches services on the host's loopback), <c>tap</c> or <c>tap:BRIDGE</c>. Default <c>none</c>.
    /// </summary>
    public string? Network { get; set; }

    /// <summary>
    /// Whether the machine is booted rather than cloned from a template of a machine like it. Default: no.
    /// </summary>
    public bool Cold { get; set; }

    /// <summary>
    /// Machines of the same name are one: the command runs in the machine that the first task of this build with that name has
    /// started, and finds what its predecessors have left there. It ends with the build. Default: a machine of its own.
    /// </summary>
    public string? Session { get; set; }

    /// <summary>
    /// Folders, archives, programs and .NET applications of the host that the machine mounts rather than copies, read-only. Metadata
    /// <c>GuestPath</c>, <c>Kind</c> (<c>Folder</c>, <c>Tar</c>, <c>Tool</c> or <c>Dotnet</c>; default by what it is) and <c>Writable</c>.
    /// </summary>
    public ITaskItem[] Layers { get; set; } = [];

    /// <summary>What the machine has of the host's .NET: <c>dotnet</c>, to run applications; <c>sdk</c>, to build as well. Default: nothing.</summary>
    public string? Runtime { get; set; }

    /// <summary>A folder of NuGet packages that the machine has read-only, for restores without a network. Default: none.</summary>
    public string? NuGetPackages { get; set; }
}
