using System.Diagnostics;
using System.Text;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Agent;

/// <summary>The built agent in its role <c>session</c> on this host, and the connection to it over its pipes.</summary>
internal sealed class SessionProcess : IAsyncDisposable
{
    private readonly Process _process;

    private SessionProcess(Process process, AgentConnection connection) => (_process, Connection) = (process, connection);

    public AgentConnection Connection { get; }

    public int ProcessId => _process.Id;

    /// <param name="wrapper">A program with arguments that runs the agent; none for the agent itself.</param>
    /// <param name="arguments">The role's own.</param>
    public static async Task<SessionProcess> StartAsync(string[]? wrapper = null, params string[] arguments)
    {
        string[] program = [.. wrapper ?? [], WardenProcess.AgentPath, "session", .. arguments];
        var process = Process.Start(new ProcessStartInfo(program[0], program[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var stream = new PipeStream(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        return new SessionProcess(process, await SessionFixture.OpenHostAsync(stream));
    }

    public Task<IGuestCommand> StartCommandAsync(string script, string? user = null) => Connection
        .StartAsync(new ExecRequest { Argv = ["sh", "-c", script], User = user, WorkingDirectory = "/", Input = true }, CancellationToken.None)
        .WaitAsync(SessionFixture.Patience);

    public async Task<(ExecOutcome Outcome, string Output, string Errors)> RunAsync(string script, string? user = null)
    {
        await using var command = await StartCommandAsync(script, user);
        await command.Input.DisposeAsync();
        var output = ReadAsync(command.Output);
        var errors = ReadAsync(command.Error);
        return (await command.Outcome.WaitAsync(SessionFixture.Patience), await output, await errors);
    }

    /// <summary>Reads one line of a command that goes on.</summary>
    public static async Task<string> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one).AsTask().WaitAsync(SessionFixture.Patience) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString();
    }

    public void CloseInput() => _process.StandardInput.Close();

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(SessionFixture.Patience);
        return _process.ExitCode;
    }

    public async Task<string> ReadErrorsAsync() => await _process.StandardError.ReadToEndAsync().WaitAsync(SessionFixture.Patience);

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await WaitAsync();
        _process.Dispose();
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(SessionFixture.Patience);
    }
}
