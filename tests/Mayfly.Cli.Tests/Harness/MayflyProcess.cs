using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mayfly.Cli.Tests.Harness;

/// <summary>The command as a process of its own. Disposal kills it where it still runs.</summary>
internal sealed class MayflyProcess : IAsyncDisposable
{
    private static readonly string[] _ciVariables = ["TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "CI"];

    private readonly Process _process;
    private readonly Task _reading;

    private MayflyProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(Output.ReadAsync(_process.StandardOutput.BaseStream), Error.ReadAsync(_process.StandardError.BaseStream));
    }

    /// <summary>The dotnet program that runs this test, so that a test may change PATH.</summary>
    public static string Dotnet { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>The command beside this test.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "Mayfly.Cli.dll");

    public int Id => _process.Id;

    public Stream Input => _process.StandardInput.BaseStream;

    public Transcript Output { get; } = new();

    public Transcript Error { get; } = new();

    public static MayflyProcess Start(string runtimeDirectory, IEnumerable<string> arguments, Action<ProcessStartInfo>? configure = null) =>
        StartProgram(runtimeDirectory, Dotnet, [Program, .. arguments], configure);

    public static MayflyProcess StartProgram(
        string runtimeDirectory, string program, IEnumerable<string> arguments, Action<ProcessStartInfo>? configure = null)
    {
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;

        // Output is passed on in another form where a CI system reads it, as it may read these tests.
        foreach (var variable in _ciVariables)
        {
            start.Environment.Remove(variable);
        }

        configure?.Invoke(start);
        return new MayflyProcess(start);
    }

    public void Signal(int signal) => Assert.Equal(0, Libc.Kill(_process.Id, signal));

    public async Task<RunResult> EndAsync()
    {
        await _process.WaitForExitAsync().WithPatience();
        await _reading.WithPatience();
        return new RunResult(_process.ExitCode, Output.Bytes, Error.Text);
    }

    /// <summary>Closes standard input and waits for the end.</summary>
    public Task<RunResult> EndWithoutInputAsync()
    {
        _process.StandardInput.Close();
        return EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
