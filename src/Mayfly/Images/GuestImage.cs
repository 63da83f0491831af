namespace Mayfly.Images;

/// <summary>What a machine boots: files in the cache that nobody changes.</summary>
/// <param name="KernelPath">vmlinux or bzImage.</param>
/// <param name="InitramfsPath">The shared cpio archive: agent, busybox, modules; or one that the user brought.</param>
/// <param name="Digest">SHA-256 over everything that made it, in lower-case hexadecimal.</param>
/// <param name="KernelRelease">What <c>uname -r</c> will say; null for a kernel that the user brought.</param>
internal sealed record GuestImage(string KernelPath, string InitramfsPath, string Digest, string? KernelRelease)
{
    /// <summary>Whether the initramfs is the user's own, which has no agent of ours in it.</summary>
    public bool IsForeign { get; init; }
}
