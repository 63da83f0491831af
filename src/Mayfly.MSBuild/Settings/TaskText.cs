using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Settings;

/// <summary>Reads the parameters that project files give as text.</summary>
internal static class TaskText
{
    // .NET's own is a question mark, which looks like the command's.
    private static readonly DecoderReplacementFallback Undecodable = new("\uFFFD");
    private static readonly TimeSpan RegexPatience = TimeSpan.FromSeconds(1);

    /// <summary>Milliseconds as Exec takes them, or a time span such as <c>00:01:00</c>; blank or -1 is no limit.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1103.</exception>
    public static TimeSpan Timeout(string? text)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Trim() == "-1")
        {
            return System.Threading.Timeout.InfiniteTimeSpan;
        }

        var limit = int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var milliseconds)
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : TimeSpan.Zero;

        return limit >= TimeSpan.FromMilliseconds(1) && limit.TotalMilliseconds <= int.MaxValue
            ? limit
            : throw new SandboxConfigurationException(
                ErrorCode.TaskTimeoutInvalid,
                $"the Timeout '{text}' is neither a number of milliseconds nor a time span of 1 ms to 24 days. Write 60000 or 00:01:00, or leave it out for no limit.");
    }

    /// <summary>A size such as <c>512M</c>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static ByteSize? Size(string? text, string parameter) =>
        string.IsNullOrWhiteSpace(text) ? null
        : ByteSize.TryParse(text, out var size) ? size
        : throw Invalid(parameter, text, "a size such as 512M or 1GiB");

    /// <summary>A whole number.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static int? Number(string? text, string parameter) =>
        string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number
        : throw Invalid(parameter, text, "a whole number");

    /// <summary>One of an enumeration's names, in any case.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static T? Name<T>(string? text, string parameter)
        where T : struct, Enum =>
        string.IsNullOrWhiteSpace(text) ? null
        : Enum.GetNames<T>().FirstOrDefault(name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse<T>(known)
        : throw Invalid(parameter, text, $"one of {string.Join(", ", Enum.GetNames<T>())}");

    /// <summary>What <see cref="SandboxNetwork.TryParse"/> reads; blank is none.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static SandboxNetwork Network(string? text, string parameter) =>
        string.IsNullOrWhiteSpace(text) ? SandboxNetwork.None
        : SandboxNetwork.TryParse(text, out var network) ? network
        : throw Invalid(parameter, text, "none, user, user:outbound, tap or tap:BRIDGE");

    /// <summary><c>true</c> or <c>false</c>; blank is the fallback.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static bool Flag(string? text, string parameter, bool fallback) =>
        string.IsNullOrWhiteSpace(text) ? fallback
        : bool.TryParse(text, out var flag) ? flag
        : throw Invalid(parameter, text, "true or false");

    /// <summary>A regular expression, with a bound on the time it may take over a line of the guest's choosing.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static Regex? Pattern(string? text, string parameter)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : new Regex(text, RegexOptions.None, RegexPatience);
        }
        catch (ArgumentException exception)
        {
            throw Invalid(parameter, text, $"a regular expression ({exception.Message})");
        }
    }

    /// <summary>How loud a message is.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static MessageImportance Importance(string? text, string parameter) =>
        Name<MessageImportance>(text, parameter) ?? MessageImportance.High;

    /// <summary>An encoding by its name, those of old code pages included; blank is UTF-8. What can't be decoded becomes a replacement character.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static Encoding Encoding(string? text, string parameter)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return System.Text.Encoding.UTF8;
        }

        try
        {
            return System.Text.Encoding.GetEncoding(text.Trim(), EncoderFallback.ReplacementFallback, Undecodable);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            // Asked directly: registering it would change what every other task of the process finds.
            return CodePagesEncodingProvider.Instance.GetEncoding(text.Trim(), EncoderFallback.ReplacementFallback, Undecodable)
                ?? throw Invalid(parameter, text, "the name of an encoding that .NET knows, such as utf-8, utf-16, iso-8859-1, windows-1252, ibm850, shift_jis or gb18030");
        }
    }

    /// <summary><c>NAME=value</c> entries; a later one wins, and each before the defaults.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static IReadOnlyDictionary<string, string> Environment(IEnumerable<string> entries, IReadOnlyDictionary<string, string> defaults)
    {
        var variables = new Dictionary<string, string>(defaults, StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw Invalid("EnvironmentVariables", entry, "of the form NAME=value; separate several by semicolons");
            }

            variables[entry[..equals].Trim()] = entry[(equals + 1)..];
        }

        return variables;
    }

    private static SandboxConfigurationException Invalid(string parameter, string? value, string wanted) =>
        new(ErrorCode.TaskParameterInvalid, $"{parameter} is '{value}', but must be {wanted}.");
}
