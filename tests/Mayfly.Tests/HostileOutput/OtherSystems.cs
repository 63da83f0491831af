namespace Mayfly.Tests.HostileOutput;

/// <summary>What TeamCity's agent and GitLab's log would take text for, after their public definitions.</summary>
internal static class OtherSystems
{
    private const string SectionEnd = "\r\e[0K";

    /// <summary>A service message, anywhere in a line.</summary>
    public static bool TeamCityObeys(string line) =>
        line.IndexOf("##teamcity[", StringComparison.OrdinalIgnoreCase) is >= 0 and var begin && line.IndexOf(']', begin) > begin + 11;

    /// <summary>The begin or end of a section, in a whole output: <c>section_start:TIME:NAME</c> and the mark.</summary>
    public static bool GitLabObeys(string output)
    {
        for (var at = output.IndexOf("section_", StringComparison.Ordinal); at >= 0; at = output.IndexOf("section_", at + 1, StringComparison.Ordinal))
        {
            var end = output.IndexOf(SectionEnd, at, StringComparison.Ordinal);
            if (end > 0 && output[(at + 8)..end].Split(':') is ["start" or "end", var time, { Length: > 0 }] && time.All(char.IsAsciiDigit))
            {
                return true;
            }
        }

        return false;
    }
}
