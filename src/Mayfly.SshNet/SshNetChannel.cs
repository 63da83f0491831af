using Renci.SshNet;

namespace Mayfly.SshNet;

/// <summary>A command of SSH.NET's with everything that belongs to it.</summary>
internal sealed class SshNetChannel : SshChannel
{
    private static readonly TimeSpan _politeness = TimeSpan.FromSeconds(3);

    private readonly SshClient _client;
    private readonly LoopbackRelay _relay;
    private readonly SshCommand _command;
    private readonly Task _running;
    private readonly ReadOnlyMemory<byte> _hostKey;
    private readonly CommandOutput _output;
    private readonly CommandErrors _errors;
    private readonly Lock _gate = new();
    private Task? _ending;

    /// <param name="client">Logged in; the channel's from here on, like the others.</param>
    /// <param name="relay">Carries its connection.</param>
    /// <param name="command">Has been started.</param>
    /// <param name="running">Its end, or the connection's.</param>
    /// <param name="hostKey">The server's key.</param>
    public SshNetChannel(SshClient client, LoopbackRelay relay, SshCommand command, Task running, ReadOnlyMemory<byte> hostKey)
    {
        (_client, _relay, _command, _running, _hostKey) = (client, relay, command, running, hostKey);
        Input = new CommandInput(InputOf(command));
        _output = CommandOutput.Start(command.OutputStream, relay.Limit);
        _errors = CommandErrors.Start(command.ExtendedOutputStream);
    }

    /// <inheritdoc/>
    public override Stream Input { get; }

    /// <inheritdoc/>
    public override Stream Output => _output.Reader;

    /// <inheritdoc/>
    public override string Words => _errors.Words;

    /// <inheritdoc/>
    public override Task<ReadOnlyMemory<byte>> ReadHostKeyAsync(CancellationToken cancellationToken) => Task.FromResult(_hostKey);

    /// <inheritdoc/>
    public override void Kill() => _relay.Abort();

    /// <inheritdoc/>
    public override async Task<string?> ReadLossAsync()
    {
        try
        {
            await _running.WaitAsync(_politeness).ConfigureAwait(false);
            await _errors.Ended.WaitAsync(_politeness).ConfigureAwait(false);
            return _command.ExitSignal is { } signal ? $"the command at the far end was ended by the signal {signal}" : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (Exception exception)
        {
            return $"the SSH connection was lost: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ending ??= EndAsync());
        }
    }

    /// <summary>A command that ends at once has no input any more.</summary>
    private static Stream? InputOf(SshCommand command)
    {
        try
        {
            return command.CreateInputStream();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private async Task EndAsync()
    {
        var closing = BlockingWork.RunAsync(Close);
        try
        {
            await closing.WaitAsync(_politeness * 2).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The far end takes nothing, not even a goodbye.
            _relay.Abort();
            await closing.ConfigureAwait(false);
        }

        await _relay.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_output.Ended, _errors.Ended).ConfigureAwait(false);
    }

    /// <summary>The end of its input ends the command in order.</summary>
    private void Close()
    {
        _output.Discard();
        Input.Dispose();
        Task.WaitAny([_running], _politeness);
        _command.Dispose();
        _client.Dispose();
    }
}
