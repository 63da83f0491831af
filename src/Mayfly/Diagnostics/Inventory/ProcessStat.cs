using System.Globalization;

namespace Mayfly.Diagnostics;

/// <summary>What <c>/proc/PID/stat</c> tells of a process.</summary>
/// <param name="Name">Its own name for itself, at most 15 bytes; may hold anything, spaces and parentheses included.</param>
/// <param name="State">One letter, as in proc(5).</param>
/// <param name="StartTicks">When it was started, in clock ticks since the host was booted.</param>
internal sealed record ProcessStat(string Name, char State, ulong StartTicks)
{
    /// <summary>Field 22, counted from the state, which is field 3.</summary>
    private const int StartField = 22 - 3;

    private const int FlagsField = 9 - 3;

    /// <summary>PF_EXITING.</summary>
    private const uint ExitingFlag = 0x4;

    /// <summary>USER_HZ, which is this on every processor that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>When it was started, counted from the host's boot.</summary>
    public TimeSpan StartAfterBoot => TimeSpan.FromSeconds(Math.Min(StartTicks, uint.MaxValue) / TicksPerSecond);

    /// <summary>It has ended, and nobody has asked how.</summary>
    public bool IsZombie => State == 'Z';

    /// <summary>It is ending, or has ended. It may have no memory any more, and thereby no command line; giving much back takes a while.</summary>
    public bool IsExiting { get; init; }

    /// <summary>Reads the file's text; null where it makes no sense.</summary>
    public static ProcessStat? Parse(string text)
    {
        // The name may hold whatever ends it too, so only the last parenthesis is the closing one.
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return null;
        }

        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartField
            && fields[0].Length == 1
            && ulong.TryParse(fields[StartField], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && uint.TryParse(fields[FlagsField], NumberStyles.None, CultureInfo.InvariantCulture, out var flags)
                ? new ProcessStat(text[(open + 1)..close], fields[0][0], start) { IsExiting = (flags & ExitingFlag) != 0 }
                : null;
    }
}
