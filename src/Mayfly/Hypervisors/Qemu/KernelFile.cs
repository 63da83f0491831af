using Mayfly.Diagnostics;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Looks at a kernel before QEMU does, which takes any file of some size for an ancient kernel and then hangs.</summary>
internal static class KernelFile
{
    private const int HeaderBytes = 0x206;
    private const int SetupMagicOffset = 0x202;

    /// <summary>Checks that the file is an ELF image or a bzImage.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1005: it is not, or can't be read.</exception>
    public static void Check(string path)
    {
        var header = new byte[HeaderBytes];
        try
        {
            using var file = File.OpenRead(path);
            file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, $"can't be read: {e.Message}", e);
        }

        if (!header.AsSpan().StartsWith("\u007fELF"u8) && !header.AsSpan(SetupMagicOffset).StartsWith("HdrS"u8))
        {
            throw Unreadable(path, "is neither a vmlinux nor a bzImage");
        }
    }

    private static SandboxConfigurationException Unreadable(string path, string what, Exception? cause = null) => new(
        ErrorCode.KernelUnreadable,
        $"the kernel {path} {what}. Correct SandboxOptions.KernelPath, or leave it out for the default kernel.",
        cause);
}
