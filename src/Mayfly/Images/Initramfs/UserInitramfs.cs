using Mayfly.Diagnostics;
using Mayfly.Images.Cache;

namespace Mayfly.Images.Initramfs;

/// <summary>An initramfs that the user brought, used as it is.</summary>
internal static class UserInitramfs
{
    private const int HeadBytes = 6;

    // The kernel's lib/decompress.c, and cpio's two forms of usr/gen_init_cpio.c.
    private static readonly byte[][] _beginnings =
    [
        "070701"u8.ToArray(),
        "070702"u8.ToArray(),
        [0x1f, 0x8b],
        [0x1f, 0x9e],
        "BZh"u8.ToArray(),
        [0x5d, 0x00, 0x00],
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0x00],
        [0x89, 0x4c, 0x5a, 0x4f],
        [0x02, 0x21, 0x4c, 0x18],
        [0x28, 0xb5, 0x2f, 0xfd],
    ];

    /// <summary>Checks that the file can be read and begins as the kernel takes it, and returns its absolute path.</summary>
    /// <exception cref="SandboxConfigurationException">It does not (MAY1016).</exception>
    public static string Check(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            // Opening a pipe would wait for its writer, for ever perhaps.
            if (FileIdentity.Of(full) is not { IsRegularFile: true })
            {
                throw Unusable(full, Path.Exists(full) ? "it is not a file but a folder, pipe or device" : "there is no such file");
            }

            using var file = File.OpenRead(full);
            var head = new byte[HeadBytes];
            var count = file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false);
            return Array.Exists(_beginnings, beginning => head.AsSpan(0, count).StartsWith(beginning))
                ? full
                : throw Unusable(full, count == 0 ? "it is empty" : "it begins neither as a cpio archive (newc) nor as a compressed one");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, $"it can't be read ({exception.Message})", exception);
        }
    }

    private static SandboxConfigurationException Unusable(string path, string why, Exception? cause = null)
        => new(
            ErrorCode.InitramfsUnreadable,
            $"the initramfs {path} can't be used: {why}; InitramfsPath must name a cpio archive (newc), compressed or not, or be left out for Mayfly's",
            cause);
}
