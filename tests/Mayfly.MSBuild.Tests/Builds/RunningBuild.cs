using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>A build as a process of its own, as a user has it: it leads a group of processes as from a shell.</summary>
internal sealed class RunningBuild : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process = new();
    private readonly StringBuilder _output = new();
    private readonly Lock _gate = new();
    private readonly List<(string Text, int Times, TaskCompletionSource Seen)> _awaited = [];

    /// <param name="directory">Where it is started.</param>
    /// <param name="runtimeDirectory">Where its machines live, which is also the mark of all its processes.</param>
    /// <param name="arguments">Of <c>dotnet</c>.</param>
    /// <param name="environment">Further variables.</param>
    public RunningBuild(string directory, string runtimeDirectory, string[] arguments, params (string Name, string Value)[] environment)
    {
        _process.StartInfo = new ProcessStartInfo("setsid", ["dotnet", .. arguments])
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
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Completes when the build has printed lines with this text.</summary>
    public Task SeenAsync(string text, int times = 1)
    {
        lock (_gate)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((text, times, seen));
            Tell();
            return seen.Task.WaitAsync(Patience);
        }
    }

    /// <summary>As a terminal does it at Ctrl-C: it interrupts nodes and task hosts, too.</summary>
    public Task InterruptAsync() => InterruptAsync($"-{_process.Id}");

    /// <summary>As a supervisor does it, who knows of no other process.</summary>
    public Task InterruptAloneAsync() => InterruptAsync($"{_process.Id}");

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
    public static IEnumerable<string> ProcessesNaming(string path) => Processes("cmdline", path).Select(process => $"{process.Id}: {process.CommandLine}");

    /// <summary>Processes that were started with an environment that names a path, such as MSBuild's nodes.</summary>
    public static IReadOnlyList<(int Id, string CommandLine)> ProcessesOf(string path) => [.. Processes("environ", path)];

    /// <summary>
    /// Ends processes that were started with an environment that holds a mark of their own, and removes the socket of the compiler's server
    /// among them, which is named by the mark and stays behind one that is killed.
    /// </summary>
    public static void Kill(string mark)
    {
        foreach (var (id, _) in ProcessesOf(mark))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
                process.WaitForExit();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }

        File.Delete(Path.Combine(Path.GetTempPath(), mark));
    }

    /// <summary>Waits for the end of a process that is nobody's any more.</summary>
    public static bool WaitForEnd(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            return process.WaitForExit(TimeSpan.FromSeconds(30));
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private static IEnumerable<(int Id, string CommandLine)> Processes(string file, string path)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(directory => char.IsAsciiDigit(directory[^1])))
        {
            string text;
            string commandLine;
            try
            {
                text = File.ReadAllText(Path.Combine(directory, file));
                commandLine = File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ');
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (text.Contains(path, StringComparison.Ordinal))
            {
                yield return (int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture), commandLine);
            }
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task InterruptAsync(string target)
    {
        using var kill = Process.Start("kill", ["-INT", "--", target]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

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
            Tell();
        }
    }

    private void Tell()
    {
        var lines = _awaited.Count > 0 ? _output.ToString().Split('\n') : [];
        foreach (var (text, times, seen) in _awaited)
        {
            if (lines.Count(line => line.Contains(text, StringComparison.Ordinal)) >= times)
            {
                seen.TrySetResult();
            }
        }
    }
}
