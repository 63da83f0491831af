namespace Mayfly.Xunit.Tests;

/// <summary>What a sandbox occupies on the host: processes that name it, and a directory of its name.</summary>
internal static class Remains
{
    public static void AssertNone(Sandbox sandbox)
    {
        Assert.Empty(Processes(sandbox.Id));
        Assert.Empty(Directories(sandbox));
    }

    /// <summary>So that the assertion above can't pass for looking in the wrong place.</summary>
    public static void AssertSome(Sandbox sandbox)
    {
        Assert.NotEmpty(Processes(sandbox.Id));
        Assert.Single(Directories(sandbox));
    }

    /// <summary>The command lines of the processes that name a sandbox.</summary>
    public static string[] Processes(string id) =>
        [.. Directory.EnumerateDirectories("/proc").Select(CommandLine).Where(line => line.Contains(id, StringComparison.Ordinal))];

    /// <summary>The directories of a sandbox's name.</summary>
    public static IEnumerable<string> Directories(Sandbox sandbox)
    {
        var roots = Directory.EnumerateDirectories(Path.GetTempPath(), "mayfly-*");
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime)
        {
            roots = roots.Append(Path.Combine(runtime, "mayfly"));
        }

        return roots.Select(root => Path.Combine(root, sandbox.Id)).Where(Directory.Exists);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
