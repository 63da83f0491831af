using Mayfly.Images.Initramfs;
using Mayfly.Protocol;

namespace Mayfly.Images;

/// <summary>The small archive that one sandbox's machine unpacks over the shared initramfs.</summary>
internal static class SandboxArchive
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly CpioOwner _secret = new(0x180); // rw-------

    /// <summary>Writes it to a new file that only the user can read.</summary>
    public static Task WriteAsync(string path, GuestSettings settings, CancellationToken cancellationToken)
        => WriteAsync(path, settings, null, cancellationToken);

    /// <summary>Writes it to a new file that only the user can read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the agent is told; null for an image without one.</param>
    /// <param name="ssh">What the SSH server needs; null for a machine without one.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task WriteAsync(string path, GuestSettings? settings, SshGuestFiles? ssh, CancellationToken cancellationToken)
    {
        var output = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
        await using (output.ConfigureAwait(false))
        {
            var archive = new CpioArchive(output);
            if (settings is not null)
            {
                var json = ProtocolJson.Encode(settings, ProtocolJson.Default.GuestSettings);
                await archive.AddFileAsync(GuestPaths.Settings, json, _secret, cancellationToken).ConfigureAwait(false);
            }

            if (ssh is not null)
            {
                await SshArchive.WriteAsync(archive, ssh, cancellationToken).ConfigureAwait(false);
            }

            await archive.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
