namespace Mayfly;

/// <summary>What the guest said of itself when it came up. Untrusted text.</summary>
/// <param name="KernelRelease">What <c>uname -r</c> says there.</param>
/// <param name="Architecture">What <c>uname -m</c> says there.</param>
/// <param name="HostName">Its host name.</param>
/// <param name="Uptime">From the start of its kernel to its agent's first word.</param>
/// <param name="Warnings">What went wrong on the way up without stopping it.</param>
public sealed record GuestInfo(
    string KernelRelease,
    string Architecture,
    string HostName,
    TimeSpan Uptime,
    IReadOnlyList<string> Warnings);
