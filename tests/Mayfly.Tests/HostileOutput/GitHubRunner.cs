namespace Mayfly.Tests.HostileOutput;

/// <summary>What GitHub's runner would take a line for, after the public definition of its workflow commands.</summary>
internal static class GitHubRunner
{
    /// <summary>Whether the line is a command. Its name may be any: a token of <c>stop-commands</c> is one too.</summary>
    public static bool Obeys(string line) => IsCommand(line) || IsOldCommand(line);

    /// <summary><c>::name key=value,key=value::data</c>, behind white space.</summary>
    private static bool IsCommand(string line)
    {
        var at = 0;
        while (at < line.Length && char.IsWhiteSpace(line[at]))
        {
            at++;
        }

        return at + 1 < line.Length && line[at] == ':' && line[at + 1] == ':' && line.IndexOf("::", at + 2, StringComparison.Ordinal) > at + 2;
    }

    /// <summary><c>##[name key=value;key=value]data</c>, anywhere.</summary>
    private static bool IsOldCommand(string line)
    {
        var begin = line.IndexOf("##[", StringComparison.Ordinal);
        return begin >= 0 && line.IndexOf(']', begin) > begin + 3;
    }
}
