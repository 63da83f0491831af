using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mayfly.Native;
using Mayfly.Tests.Transports.Vsock.VhostUser;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>QEMU's side of its monitor, which says what a test has it say, and takes the descriptors that come with commands.</summary>
internal sealed class ScriptedMonitor : IAsyncDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly StringBuilder _heard = new();
    private readonly List<SafeFileHandle> _descriptors = [];

    public ScriptedMonitor()
    {
        (_socket, var client) = TestDescriptors.Pair();
        Client = new NetworkStream(client, ownsSocket: true);
    }

    /// <summary>The other end, which whoever it is given to owns.</summary>
    public Stream Client { get; }

    /// <summary>What has come with the commands so far.</summary>
    public IReadOnlyList<SafeFileHandle> Descriptors => _descriptors;

    /// <summary>Greets and takes the first command, which opens the conversation.</summary>
    public async Task GreetAsync()
    {
        await SayAsync("""{"QMP": {"version": {}, "capabilities": []}}""");
        await AnswerAsync("qmp_capabilities");
    }

    /// <summary>Waits for a command, which must be the named one, and agrees to it.</summary>
    /// <returns>Its arguments, as they came.</returns>
    public async Task<string> AnswerAsync(string command)
    {
        var (id, arguments) = await HearAsync(command);
        await SayAsync($$"""{"return": {}, "id": {{id}}}""");
        return arguments;
    }

    /// <summary>Waits for a command, which must be the named one, and refuses it.</summary>
    public async Task RefuseAsync(string command, string reason)
    {
        var (id, _) = await HearAsync(command);
        await SayAsync($$"""{"error": {"class": "GenericError", "desc": "{{reason}}"}, "id": {{id}}}""");
    }

    public async Task SayAsync(string line) => await _socket.SendAsync(Encoding.UTF8.GetBytes(line + "\r\n")).WaitAsync(_deadline);

    public void HangUp() => _socket.Dispose();

    public async ValueTask DisposeAsync()
    {
        HangUp();
        _descriptors.ForEach(descriptor => descriptor.Dispose());
        await Client.DisposeAsync();
    }

    private async Task<(long Id, string Arguments)> HearAsync(string command)
    {
        var message = JsonElement.Parse(await ReadLineAsync());
        Assert.Equal(command, message.GetProperty("execute").GetString());
        return (message.GetProperty("id").GetInt64(), message.TryGetProperty("arguments", out var arguments) ? arguments.GetRawText() : "");
    }

    private async Task<string> ReadLineAsync()
    {
        using var deadline = new CancellationTokenSource(_deadline);
        var buffer = new byte[4096];
        int end;
        while ((end = _heard.ToString().IndexOf('\n', StringComparison.Ordinal)) < 0)
        {
            // Waits until there is something to read, and reads nothing.
            await _socket.ReceiveAsync(Memory<byte>.Empty, deadline.Token);
            var count = (int)DescriptorMessage.Receive(_socket.SafeHandle, buffer, _descriptors);
            Assert.True(count > 0, "the conversation has ended before the next command");
            _heard.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        var line = _heard.ToString(0, end);
        _heard.Remove(0, end + 1);
        return line;
    }
}
