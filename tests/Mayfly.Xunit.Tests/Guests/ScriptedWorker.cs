using System.Net;
using System.Net.Sockets;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A worker that says what a test has it say, over a real connection.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private readonly NetworkStream _worker;

    private ScriptedWorker(NetworkStream worker, WorkerConnection host)
    {
        _worker = worker;
        Host = host;
    }

    /// <summary>The host's end.</summary>
    public WorkerConnection Host { get; }

    public static async Task<ScriptedWorker> ConnectAsync()
    {
        using var listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var host = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await host.ConnectAsync(listener.LocalEndPoint!);
        return new ScriptedWorker(
            new NetworkStream(await listener.AcceptAsync(), ownsSocket: true), new WorkerConnection(new NetworkStream(host, ownsSocket: true)));
    }

    /// <summary>The next run that the host asks for.</summary>
    public async Task<WorkerRun> NextRunAsync() =>
        WorkerFormat.ReadRun(await WorkerFrames.ReadAsync(_worker, CancellationToken.None) ?? throw new EndOfStreamException());

    public async Task SayAsync(params WorkerMessage[] messages)
    {
        foreach (var message in messages)
        {
            await _worker.WriteAsync(WorkerFrames.Frame(WorkerFormat.Write(message)));
        }
    }

    public async Task SayAsync(ReadOnlyMemory<byte> bytes) => await _worker.WriteAsync(bytes);

    /// <summary>Says no more.</summary>
    public void End() => _worker.Socket.Shutdown(SocketShutdown.Send);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _worker.DisposeAsync();
    }
}
