namespace Mayfly.MSBuild.Outputs;

/// <summary>Where a path leads when all symbolic links in it are followed.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path without links. What does not exist is no link.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        var pending = new Stack<string>();
        Push(pending, Path.GetFullPath(path));
        var real = "/";
        for (var links = 0; pending.TryPop(out var name);)
        {
            if (name == "..")
            {
                real = Path.GetDirectoryName(real) ?? "/";
                continue;
            }

            var next = Path.Join(real, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                throw new IOException($"the symbolic links in '{path}' lead in a circle.");
            }

            Push(pending, target);
            real = Path.IsPathRooted(target) ? "/" : real;
        }

        return real;
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var name in path.Split('/').Reverse().Where(name => name is not ("" or ".")))
        {
            pending.Push(name);
        }
    }
}
