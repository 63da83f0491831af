namespace Mayfly.Cli.Terminal;

/// <summary>What is known about the terminal behind a standard stream.</summary>
internal static class HostTerminal
{
    public const int StandardInput = 0;
    public const int StandardError = 2;

    private static readonly TerminalSize _fallback = new(80, 24);

    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(int descriptor) => Libc.IsTerminal(descriptor) == 1;

    /// <summary>The terminal's size; the customary 80 x 24 where it does not tell.</summary>
    public static TerminalSize SizeOf(int descriptor)
    {
        var size = default(WindowSize);
        return Libc.WindowSizeControl(descriptor, Libc.GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new TerminalSize(size.Columns, size.Rows)
            : _fallback;
    }
}
