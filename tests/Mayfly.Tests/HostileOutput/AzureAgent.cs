namespace Mayfly.Tests.HostileOutput;

/// <summary>What Azure Pipelines' agent would take a line for, after the public definition of its logging commands.</summary>
internal static class AzureAgent
{
    private static readonly string[] _formats = ["group", "endgroup", "section", "command", "error", "warning", "debug"];

    /// <summary>Whether the line is a command, a format of the log, or something that the agent warns of.</summary>
    public static bool Obeys(string line)
    {
        for (var at = line.IndexOf("##", StringComparison.Ordinal); at >= 0; at = line.IndexOf("##", at + 1, StringComparison.Ordinal))
        {
            var rest = line[(at + 2)..];
            if (rest.StartsWith("vso", StringComparison.OrdinalIgnoreCase) || _formats.Any(format => rest.StartsWith($"[{format}]", StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is one of the commands that do something: <c>##vso[area.action key=value;key=value]data</c>.</summary>
    public static bool Performs(string line)
    {
        var begin = line.IndexOf("##vso[", StringComparison.OrdinalIgnoreCase);
        var end = begin < 0 ? -1 : line.IndexOf(']', begin);
        return end > 0 && line[(begin + 6)..end].Split(' ')[0].Split('.', StringSplitOptions.RemoveEmptyEntries).Length == 2;
    }
}
