namespace Mayfly.Images.Packages;

/// <summary>
/// Finds the packages of libraries that programs need, in what <c>apt-cache depends --recurse --important</c> says. Other
/// packages they depend on have programs and settings of a whole system, which nobody in an image of ours would use.
/// </summary>
internal static class DebianLibraries
{
    /// <summary>The packages themselves, and those of their libraries in the order in which they are come upon.</summary>
    public static IReadOnlyList<string> Add(IReadOnlyList<string> names, string output)
    {
        var dependencies = Parse(output);
        var found = new List<string>(names);
        for (var index = 0; index < found.Count; index++)
        {
            foreach (var name in dependencies.GetValueOrDefault(found[index], []))
            {
                if (IsLibrary(name) && !found.Contains(name))
                {
                    found.Add(name);
                }
            }
        }

        return found;
    }

    // Debian's policy (8.1) names them after what they hold; zlib is older than the policy.
    private static bool IsLibrary(string name) => name.StartsWith("lib", StringComparison.Ordinal) || name == "zlib1g";

    /// <summary>
    /// Reads a line of a package's name, then for each dependency <c>Depends: NAME</c>, with a bar before it where the next is an
    /// alternative to it. The name of one that exists only as what others provide is in angle brackets, with those below.
    /// </summary>
    private static Dictionary<string, List<string>> Parse(string output)
    {
        var packages = new Dictionary<string, List<string>>();
        List<string> current = [];
        var isVirtual = false;
        var isAlternative = false;
        foreach (var line in output.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (line.Length > 0 && line[0] != ' ')
            {
                packages[line] = current = [];
                (isVirtual, isAlternative) = (false, false);
            }
            else if (words is ["Depends:" or "PreDepends:" or "|Depends:" or "|PreDepends:", var name])
            {
                isVirtual = name[0] == '<' && !isAlternative;
                if (!isAlternative && !isVirtual)
                {
                    current.Add(name);
                }

                isAlternative = words[0][0] == '|';
            }
            else if (words is [var provider] && isVirtual)
            {
                current.Add(provider);
                isVirtual = false;
            }
        }

        return packages;
    }
}
