using System.Text.RegularExpressions;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>Reads what <c>qemu-system-… --version</c> prints.</summary>
internal static partial class QemuVersion
{
    /// <summary>The oldest version that has all that is used here.</summary>
    public static readonly Version Oldest = new(6, 2);

    /// <summary>The version in the first line, or null where there is none.</summary>
    public static Version? Parse(string output) =>
        Pattern().Match(output) is { Success: true } match && Version.TryParse(match.Groups[1].ValueSpan, out var version)
            ? version
            : null;

    [GeneratedRegex(@"\AQEMU emulator version (\d{1,4}\.\d{1,4}(\.\d{1,4})?)", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
