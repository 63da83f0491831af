using Mayfly.Diagnostics;
using Mayfly.Images.Libraries;
using Mayfly.Images.Packages;
using Mayfly.Protocol;

namespace Mayfly.Images.Initramfs;

/// <summary>Writes the archive that turns the shared initramfs into one with an SSH server.</summary>
/// <param name="resources">What it has besides programs, and where the image has links instead of folders.</param>
/// <param name="files">Where programs and libraries are taken from.</param>
/// <param name="architecture">That of the guest.</param>
internal sealed class SshLayerBuilder(ImageResources resources, PackageFiles files, GuestArchitecture architecture)
{
    private const string LibraryRoot = "/lib";

    private static readonly CpioOwner _program = new(0x1ed); // rwxr-xr-x
    private static readonly CpioOwner _data = new(0x1a4); // rw-r--r--

    /// <summary>
    /// The server, the far end of sftp and scp, and rsync: clients start those two by these names or by PATH. Packages have them
    /// where guests do.
    /// </summary>
    public static IReadOnlyCollection<string> Programs { get; } = [GuestPaths.SshServer, "/usr/lib/openssh/sftp-server", "/usr/bin/rsync"];

    /// <summary>Writes it.</summary>
    /// <exception cref="SandboxImageException">The packages lack something (MAY5003).</exception>
    public async Task WriteAsync(string target, CancellationToken cancellationToken)
    {
        var programs = Programs.ToDictionary(path => path, path => files.FindProgram(path) ?? throw Missing(path));
        var closure = LibraryClosure.Find(programs.Values, files.Libraries, architecture);
        var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024);
        await using (output.ConfigureAwait(false))
        {
            var archive = new CpioArchive(output);
            await LayoutWriter.WriteAsync(archive, resources.SshLayout, resources, cancellationToken).ConfigureAwait(false);
            foreach (var (path, source) in programs)
            {
                await archive.AddFileAsync(RealPath(path), source, _program, cancellationToken).ConfigureAwait(false);
            }

            foreach (var (name, source) in closure.Libraries)
            {
                var owner = closure.Interpreters.Any(path => Path.GetFileName(path) == name) ? _program : _data;
                await archive.AddFileAsync($"{LibraryRoot}/{name}", source, owner, cancellationToken).ConfigureAwait(false);
            }

            foreach (var path in closure.Interpreters.Where(path => Path.GetDirectoryName(path) != LibraryRoot))
            {
                await archive.AddSymlinkAsync(path, $"{LibraryRoot}/{Path.GetFileName(path)}", cancellationToken).ConfigureAwait(false);
            }

            await archive.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Straight to the place behind a link of the image, so that an entry never depends on how the kernel follows links.
    private string RealPath(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        var link = resources.Layout.OfType<SymlinkEntry>().FirstOrDefault(entry => entry.Path == folder);
        return link is null ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(folder)!, link.Target, Path.GetFileName(path)));
    }

    private static SandboxImageException Missing(string path)
        => new(ErrorCode.ImageBuildFailed, $"none of the packages for the guest's SSH server has {path}");
}
