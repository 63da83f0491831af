using System.Buffers;
using System.Globalization;

namespace Mayfly.Cli.Options;

/// <summary>Durations the way people type them: <c>30s</c>, <c>2m</c>, <c>500ms</c>, <c>1.5h</c>; a plain number is seconds.</summary>
internal static class DurationText
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Expected = "a duration such as 500ms, 30s, 2m or 1h; a plain number is seconds";

    private const string NoLimit = "none";
    private static readonly SearchValues<char> _numberChars = SearchValues.Create("0123456789.");
    private static readonly TimeSpan _longest = TimeSpan.FromDays(365);

    /// <summary>Reads a duration.</summary>
    /// <returns>Whether <paramref name="text"/> was one, and at most a year.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.AsSpan().IndexOfAnyExcept(_numberChars);
        var number = digits < 0 ? text : text[..digits];
        double? unitMs = (digits < 0 ? "s" : text[digits..]) switch
        {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => null,
        };
        if (unitMs is null
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * unitMs > _longest.TotalMilliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(count * unitMs.Value);
        return true;
    }

    /// <summary>Reads the value of an option.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static TimeSpan Parse(string option, string text) =>
        TryParse(text, out var duration) ? duration : throw UsageError.Value(option, text, Expected);

    /// <summary>Reads the value of an option that may be switched off by <c>none</c> or, as with timeout(1), <c>0</c>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static TimeSpan ParseLimit(string option, string text)
    {
        if (text == NoLimit)
        {
            return Timeout.InfiniteTimeSpan;
        }

        return TryParse(text, out var duration)
            ? duration == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : duration
            : throw UsageError.Value(option, text, $"{Expected}, or '{NoLimit}'");
    }
}
