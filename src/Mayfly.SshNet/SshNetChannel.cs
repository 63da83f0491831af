using System.Text;
using Renci.SshNet;

namespace Mayfly.SshNet;

/// <summary>A command of SSH.NET's with everything that belongs to it.</summary>
internal sealed class SshNetChannel : SshChannel
{
    private const int KeptWordsBytes = 8 * 1024;

    private static readonly TimeSpan _politeness = TimeSpan.FromSeconds(3);

    private readonly SshClient _client;
    private readonly PrivateKeyFile _key;
    private readonly LoopbackRelay? _relay;
    private readonly SshCommand _command;
    private readonly Task _running;
    private readonly ReadOnlyMemory<byte> _hostKey;
    private int _disposed;

    private SshNetChannel(SshClient client, PrivateKeyFile key, LoopbackRelay? relay, string command, ReadOnlyMemory<byte> hostKey)
    {
        (_client, _key, _relay, _hostKey) = (client, key, relay, hostKey);
        _command = client.CreateCommand(command);
        _running = _command.ExecuteAsync(CancellationToken.None);
        Input = _command.CreateInputStream();
    }

    /// <inheritdoc/>
    public override Stream Input { get; }

    /// <inheritdoc/>
    public override Stream Output => _command.OutputStream;

    /// <inheritdoc/>
    public override string Words
    {
        get
        {
            // Reading it waits for more until the command has ended.
            if (!_running.IsCompleted)
            {
                return "";
            }

            var buffer = new byte[KeptWordsBytes];
            return Encoding.UTF8.GetString(buffer, 0, _command.ExtendedOutputStream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
        }
    }

    /// <summary>Starts the command; all of these are the channel's from here on, also when this throws.</summary>
    public static SshNetChannel Start(SshClient client, PrivateKeyFile key, LoopbackRelay? relay, string command, ReadOnlyMemory<byte> hostKey) =>
        new(client, key, relay, command, hostKey);

    /// <inheritdoc/>
    public override Task<ReadOnlyMemory<byte>> ReadHostKeyAsync(CancellationToken cancellationToken) => Task.FromResult(_hostKey);

    /// <inheritdoc/>
    public override void Kill() => _client.Disconnect();

    /// <inheritdoc/>
    public override async Task<string?> ReadLossAsync()
    {
        try
        {
            await _running.WaitAsync(_politeness).ConfigureAwait(false);
            return _command.ExitSignal is { } signal ? $"the command at the far end was ended by the signal {signal}" : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
#pragma warning disable CA1031 // Whatever SSH.NET has met is why the connection is gone.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"the SSH connection was lost: {exception.Message}";
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // SSH.NET's own disposals wait for the network.
        await Task.Run(EndAsync).ConfigureAwait(false);
        if (_relay is not null)
        {
            await _relay.DisposeAsync().ConfigureAwait(false);
        }

        _key.Dispose();
    }

    private async Task EndAsync()
    {
        try
        {
            await Input.DisposeAsync().ConfigureAwait(false);
            await _running.WaitAsync(_politeness).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is to end, and whatever it says to that is of no use.
        catch
#pragma warning restore CA1031
        {
        }

        _command.Dispose();
        _client.Dispose();
    }
}
