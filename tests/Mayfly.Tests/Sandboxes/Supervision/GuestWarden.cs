using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>A warden inside a guest, whose owner's end of the pipe is the test.</summary>
public sealed class GuestWarden : IAsyncDisposable
{
    private readonly GuestHost _host;
    private readonly SandboxCommand _command;
    private readonly StreamReader _status;
    private readonly Task<string> _errors;

    internal GuestWarden(GuestHost host, SandboxCommand command, string directory)
    {
        _host = host;
        _command = command;
        Directory = directory;
        _status = new StreamReader(command.Output);
        _errors = new StreamReader(command.Error).ReadToEndAsync();
    }

    /// <summary>The sandbox's directory in the guest.</summary>
    public string Directory { get; }

    public int ProcessId => _command.ProcessId;

    public async Task SendAsync(ReadOnlyMemory<byte> text)
    {
        await _command.Input.WriteAsync(text);
        await _command.Input.FlushAsync();
    }

    /// <summary>The next line of its standard output; null at its end.</summary>
    public async Task<string?> ReadLineAsync() => await _status.ReadLineAsync().WithPatience();

    /// <summary>Sends the plan and reads to the line that says how it went, notes left out.</summary>
    public async Task<string?> CarryAsync(WardenPlan plan)
    {
        await SendAsync(plan.Write());
        string? line;
        do
        {
            line = await ReadLineAsync();
        }
        while (line?.StartsWith("note ", StringComparison.Ordinal) == true);

        return line;
    }

    /// <summary>What the owner's death does; waits for the warden's end.</summary>
    /// <returns>The lines it still said, and its exit code.</returns>
    public async Task<(IReadOnlyList<string> Lines, int? ExitCode)> EndAsync()
    {
        await _command.Input.DisposeAsync();
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        var end = await _command.Completion.WithPatience();
        await _errors;
        return (lines, end.ExitCode);
    }

    /// <summary>Ends the warden alone, as no warden expects, and waits for its end.</summary>
    public async Task KillAsync()
    {
        await _host.ShellAsync($"kill -9 {ProcessId}");
        await _command.Completion.WithPatience();
    }

    public ValueTask DisposeAsync() => _command.DisposeAsync();
}
