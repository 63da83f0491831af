using System.Diagnostics;

namespace Mayfly.Cli.Tests.Harness;

/// <summary>A runtime directory of the tests' own, so that what a command leaves behind is seen, and is nobody else's.</summary>
public sealed class CommandHost : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mfc-");

    public string RuntimeDirectory => _directory.FullName;

    internal MayflyProcess Start(params string[] arguments) => MayflyProcess.Start(RuntimeDirectory, arguments);

    internal MayflyProcess Start(Action<ProcessStartInfo> configure, params string[] arguments) =>
        MayflyProcess.Start(RuntimeDirectory, arguments, configure);

    internal async Task<RunResult> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        return await process.EndWithoutInputAsync();
    }

    internal async Task<RunResult> RunAsync(Action<ProcessStartInfo> configure, params string[] arguments)
    {
        await using var process = Start(configure, arguments);
        return await process.EndWithoutInputAsync();
    }

    /// <summary>Asserts that no sandbox has a directory or a process.</summary>
    internal void AssertNothingLeft()
    {
        var root = Path.Combine(RuntimeDirectory, "mayfly");
        Assert.Empty(Directory.Exists(root) ? Directory.GetDirectories(root) : []);
        Assert.Empty(ProcessesNaming(RuntimeDirectory));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static List<string> ProcessesNaming(string directory)
    {
        var found = new List<string>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                var commandLine = File.ReadAllText($"{entry}/cmdline").Replace('\0', ' ');
                if (commandLine.Contains(directory, StringComparison.Ordinal))
                {
                    found.Add(commandLine);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not a process, or it has just ended.
            }
        }

        return found;
    }
}
