using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Output;

/// <summary>
/// The files that tell afterwards what happened in a machine: what the command wrote, the guest's console, what Mayfly logged, and the options
/// in effect. Those of the last run stay, whatever came of it. What the guest wrote in them is as it wrote it: nothing of it is printed.
/// </summary>
internal sealed class RunLogs : IDisposable
{
    private readonly CommandPlan _plan;
    private string? _console;
    private bool _isDone;

    /// <exception cref="IOException">The folder can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public RunLogs(CommandPlan plan)
    {
        _plan = plan;
        foreach (var path in Paths)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }

        Raw = new RawLog(RawPath);
    }

    /// <summary>What the command writes.</summary>
    public RawLog Raw { get; }

    /// <summary>What Mayfly logs.</summary>
    public AgentLog Agent { get; } = new();

    /// <summary>Where they are; empty where nothing came so far that there was anything to tell.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    private string RawPath => PathOf("output.log");

    private IReadOnlyList<string> Paths => [RawPath, PathOf("console.log"), PathOf("agent.log"), PathOf("options.json")];

    /// <summary>Takes the guest's console.</summary>
    public void AddConsole(string text) => _console = text;

    /// <summary>The message with where to read on, if there is anything.</summary>
    public string AppendTo(string message) => Files.Count == 0 ? message : $"{message}\nThe raw log is '{RawPath}'; the guest's console, Mayfly's own log and the options are beside it.";

    /// <summary>Writes the files. A disk that is full is no reason to fail a step: then there are less.</summary>
    public void Dispose()
    {
        if (_isDone)
        {
            return;
        }

        _isDone = true;
        Raw.Dispose();
        try
        {
            if (_console is null && Agent.IsEmpty)
            {
                // No machine was asked for.
                File.Delete(RawPath);
                return;
            }

            File.WriteAllText(PathOf("console.log"), _console);
            File.WriteAllText(PathOf("agent.log"), Agent.ToString());
            File.WriteAllText(PathOf("options.json"), EffectiveOptions.Json(_plan));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The list below holds those that are there.
        }

        Files = [.. Paths.Where(File.Exists)];
    }

    private string PathOf(string kind) => Path.Combine(_plan.LogDirectory, $"{_plan.LogName}.{kind}");
}
