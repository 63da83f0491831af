namespace Mayfly.Cli.Terminal;

/// <summary>What is known about what is behind a standard stream, a terminal above all.</summary>
internal static class HostTerminal
{
    public const int StandardInput = 0;
    public const int StandardOutput = 1;
    public const int StandardError = 2;

    private static readonly TerminalSize _fallback = new(80, 24);

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Libc.IsTerminal(descriptor) == 1;

    /// <summary>Whether the descriptor is a file: something with a position.</summary>
    public static bool IsFile(int descriptor) => Libc.Seek(descriptor, 0, Libc.FromCurrent) >= 0;

    /// <summary>Whether two descriptors lead to the same pipe, as where one was made of the other.</summary>
    public static bool AreTheSame(int one, int other) => TargetOf(one) is { } target && target == TargetOf(other);

    /// <summary>The terminal's size; the customary 80 x 24 where it does not tell.</summary>
    public static TerminalSize SizeOf(int descriptor)
    {
        var size = default(WindowSize);
        return Libc.WindowSizeControl(descriptor, Libc.GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new TerminalSize(size.Columns, size.Rows)
            : _fallback;
    }

    private static string? TargetOf(int descriptor) => new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
}
