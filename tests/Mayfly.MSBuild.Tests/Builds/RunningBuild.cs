using System.Diagnostics;
using System.Text;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>A build as a process of its own, as a user has it.</summary>
internal sealed class RunningBuild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process = new();
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    public RunningBuild(string directory, string runtimeDirectory, string[] arguments)
    {
        _process.StartInfo = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the test host was given by its own build must not steer this one.
        foreach (var name in _process.StartInfo.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            _process.StartInfo.Environment.Remove(name);
        }

        _process.StartInfo.Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;
        _process.StartInfo.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        _process.StartInfo.Environment["DOTNET_NOLOGO"] = "1";
        _process.StartInfo.Environment["UseSharedCompilation"] = "false";
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Completes when the build prints a line with this text.</summary>
    public Task SeenAsync(string text)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, seen));
            if (_output.ToString().Contains(text, StringComparison.Ordinal))
            {
                seen.TrySetResult();
            }

            return seen.Task.WaitAsync(Patience);
        }
    }

    /// <summary>As Ctrl-C does it.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>As nobody can prepare for it.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end; a build that outlives all patience is ended and its output is the failure.</summary>
    public async Task<BuildResult> ToEndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the build did not end within {Patience}:\n{Text()}");
        }

        return new BuildResult(_process.ExitCode, Text());
    }

    /// <summary>Processes whose command line names a path.</summary>
    public static IEnumerable<string> ProcessesNaming(string path)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(directory => char.IsAsciiDigit(directory[^1])))
        {
            string commandLine;
            try
            {
                commandLine = File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue;
            }

            if (commandLine.Contains(path, StringComparison.Ordinal))
            {
                yield return $"{Path.GetFileName(directory)}: {commandLine}";
            }
        }
    }

    public void Dispose() => _process.Dispose();

    private string Text()
    {
        lock (_gate)
        {
            return _output.ToString();
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _output.AppendLine(line);
            foreach (var (text, seen) in _awaited)
            {
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    seen.TrySetResult();
                }
            }
        }
    }
}
