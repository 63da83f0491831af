using Mayfly.Diagnostics;

namespace Mayfly.Hypervisors;

/// <summary>Reads a Linux kernel's last words.</summary>
internal static class GuestPanic
{
    private const string Marker = "Kernel panic - not syncing";
    private const int MaxLineChars = 200;

    /// <summary>What the kernel says before, or as, it dies of too little memory.</summary>
    private static readonly string[] _memoryWords =
    [
        "System is deadlocked on memory",
        "Out of memory",
        "out of memory",
        "initramfs unpacking failed",
        "Initramfs unpacking failed",
        "write error",
        "Failed to allocate",
        "page allocation failure",
        "Cannot allocate",
    ];

    /// <summary>The line that announces a panic, from its marker on; null where there is none.</summary>
    public static string? FindLine(string console)
    {
        var start = console.LastIndexOf(Marker, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var line = console.AsSpan(start);
        var end = line.IndexOfAny('\r', '\n');
        line = line[..Math.Min(end < 0 ? line.Length : end, MaxLineChars)];
        return GuestText.Neutralise(line.ToString());
    }

    /// <summary>The error for a panic during boot: too little memory where the console says so, else a panic.</summary>
    /// <param name="console">The guest's console.</param>
    /// <param name="memory">The guest's memory.</param>
    public static SandboxBootException Explain(string console, ByteSize memory) => SpeaksOfMemory(console)
        ? new SandboxBootException(
            ErrorCode.NotEnoughMemory,
            $"the guest could not boot with {memory} of memory. Give it more by SandboxOptions.Memory (--memory)",
            console)
        : new SandboxBootException(
            ErrorCode.GuestPanicked,
            $"the guest's kernel panicked while it booted: {FindLine(console) ?? "it did not say why"}. The likely cause is a kernel or image that does not fit; try without SandboxOptions.KernelPath",
            console);

    private static bool SpeaksOfMemory(string console) =>
        _memoryWords.Any(words => console.Contains(words, StringComparison.Ordinal));
}
