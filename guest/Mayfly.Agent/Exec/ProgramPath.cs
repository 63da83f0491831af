namespace Mayfly.Agent.Exec;

/// <summary>The paths a program may be found at, in the order they are tried.</summary>
internal static class ProgramPath
{
    private const int MaxCandidates = 256;

    public static IReadOnlyList<string> Candidates(string program, string path)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return [program];
        }

        var candidates = new List<string>();
        foreach (var directory in path.Split(':'))
        {
            if (candidates.Count < MaxCandidates)
            {
                // An empty entry means the working directory, as it does for every shell.
                candidates.Add(directory.Length == 0 ? $"./{program}" : $"{directory}/{program}");
            }
        }

        return candidates;
    }
}
