using Mayfly.Diagnostics;
using Mayfly.Images.Cache;

namespace Mayfly.Images.Kernels;

/// <summary>A kernel that the user brought, used as it is.</summary>
internal static class UserKernel
{
    private const int HeadBytes = 4096;

    /// <summary>Checks that the file can be read and is a kernel, and returns its absolute path and its form.</summary>
    /// <exception cref="SandboxConfigurationException">It is not.</exception>
    public static (string FullPath, KernelFormat Format) Check(string path, GuestArchitecture architecture)
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
            return (full, Classify(full, head.AsSpan(0, count), architecture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, $"it can't be read ({exception.Message})", exception);
        }
    }

    private static KernelFormat Classify(string path, ReadOnlySpan<byte> head, GuestArchitecture architecture)
    {
        if (BzImage.IsOne(head))
        {
            return KernelFormat.BzImage;
        }

        return head.StartsWith(ElfKernel.Magic)
            ? ElfKernel.FindFault(head, architecture) is { } fault ? throw Unusable(path, fault) : KernelFormat.Elf
            : throw Unusable(path, head.IsEmpty ? "it is empty" : "it is neither a vmlinux (ELF) nor a bzImage");
    }

    private static SandboxConfigurationException Unusable(string path, string why, Exception? cause = null)
        => new(
            ErrorCode.KernelUnreadable,
            $"the kernel {path} can't be used: {why}; KernelPath must name a vmlinux or bzImage, or be left out for Debian's",
            cause);
}
