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
        Assert.DoesNotContain(Processes(), process => process.CommandLine.Contains(RuntimeDirectory, StringComparison.Ordinal));
    }

    /// <summary>Waits for the directory of a sandbox to appear.</summary>
    internal async Task UntilSandboxExistsAsync()
    {
        var root = Directory.CreateDirectory(
            Path.Combine(RuntimeDirectory, "mayfly"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var appeared = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(root.FullName) { NotifyFilter = NotifyFilters.DirectoryName };
        watcher.Created += (_, _) => appeared.TrySetResult();
        watcher.EnableRaisingEvents = true;
        if (root.GetDirectories().Length == 0)
        {
            await appeared.Task.WithPatience();
        }
    }

    /// <summary>The one process with this in its command line.</summary>
    internal static int ProcessIdOf(string commandLine) => Processes().Single(process => process.CommandLine.Contains(commandLine, StringComparison.Ordinal)).Id;

    /// <summary>Waits for the end of every process with this in its command line that there is now.</summary>
    internal static async Task UntilEndedAsync(string commandLine)
    {
        foreach (var (id, _) in Processes().Where(process => process.CommandLine.Contains(commandLine, StringComparison.Ordinal)))
        {
            await UntilEndedAsync(id);
        }
    }

    /// <summary>Waits for the end of a process, whoever's child it is.</summary>
    internal static async Task UntilEndedAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WithPatience();
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static List<(int Id, string CommandLine)> Processes()
    {
        var found = new List<(int, string)>();
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(entry), out var id))
                {
                    found.Add((id, File.ReadAllText($"{entry}/cmdline")));
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has just ended.
            }
        }

        return found;
    }
}
