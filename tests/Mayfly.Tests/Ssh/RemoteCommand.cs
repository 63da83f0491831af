using System.Text;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

/// <summary>Commands at the far end.</summary>
internal static class RemoteCommand
{
    public static Task<IGuestCommand> StartScriptAsync(this AgentConnection connection, string script, long? timeoutMs = null) => connection
        .StartAsync(new ExecRequest { Argv = ["sh", "-c", script], WorkingDirectory = "/", Input = true, TimeoutMs = timeoutMs, GraceMs = 500 }, CancellationToken.None)
        .WaitAsync(SessionFixture.Patience);

    public static async Task<(ExecOutcome Outcome, string Output, string Errors)> RunAsync(this AgentConnection connection, string script, long? timeoutMs = null)
    {
        await using var command = await connection.StartScriptAsync(script, timeoutMs);
        await command.Input.DisposeAsync();
        var output = ReadAsync(command.Output);
        var errors = ReadAsync(command.Error);
        return (await command.Outcome.WaitAsync(SessionFixture.Patience), await output, await errors);
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(SessionFixture.Patience);
    }
}
