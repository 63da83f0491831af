using System.Net.Sockets;
using Mayfly.Transports.Vsock;

namespace Mayfly.Tests.Transports.Vsock;

public sealed class SocketVsockStreamTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _path = Path.Combine(Path.GetTempPath(), $"mayfly-test-{Guid.NewGuid():N}");
    private readonly OpenSockets _open = new();
    private Peer? _peer;
    private SocketVsockStream? _stream;

    private Peer Guest => _peer!;

    private SocketVsockStream Stream => _stream!;

    public async Task InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen(1);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path));
        _peer = new Peer(await listener.AcceptAsync());
        _stream = SocketVsockStream.Open(socket, 1, 2, _open);
    }

    public async Task DisposeAsync()
    {
        await Stream.DisposeAsync();
        await _open.DisposeAsync();
    }

    public void Dispose()
    {
        Guest.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task TheHostsDirectionEndsAndTheGuestsGoesOn()
    {
        await Stream.WriteAsync("last"u8.ToArray());
        Stream.CompleteWrites();
        Stream.CompleteWrites();

        Assert.Equal("last", await Guest.ReceiveAsync(5));
        await Guest.SendAsync("answer");
        Assert.Equal("answer", await ReadAsync(6));
        await Assert.ThrowsAsync<IOException>(() => Stream.WriteAsync("x"u8.ToArray()).AsTask().WaitAsync(Deadline));
    }

    [Fact]
    public async Task TheGuestsDirectionEndsAndTheHostsGoesOn()
    {
        Guest.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Deadline));
        await Stream.WriteAsync("more"u8.ToArray());
        Assert.Equal("more", await Guest.ReceiveAsync(4));
    }

    [Fact]
    public async Task SynchronousMembersWorkToo()
    {
        Stream.Write("ab"u8);
        Stream.Write("xcdx"u8.ToArray(), 1, 2);
        Stream.Flush();
        Assert.Equal("abcd", await Guest.ReceiveAsync(4));

        // The same socket has been used asynchronously by then, which must not make the synchronous calls fail.
        var reading = ReadAsync(1);
        await Guest.SendAsync("1");
        Assert.Equal("1", await reading);
        var blocked = Task.Run(() => Stream.ReadByte());
        await Guest.SendAsync("2");
        Assert.Equal('2', await blocked.WaitAsync(Deadline));
    }

    [Fact]
    public async Task AWriteWaitsForAReaderAndArrivesWhole()
    {
        var bytes = new byte[4 << 20];
        Random.Shared.NextBytes(bytes);
        var writing = Stream.WriteAsync(bytes).AsTask();
        var received = new byte[bytes.Length];
        Assert.False(writing.IsCompleted);

        for (var length = 0; length < received.Length;)
        {
            var read = await Guest.Socket.ReceiveAsync(received.AsMemory(length)).AsTask().WaitAsync(Deadline);
            Assert.NotEqual(0, read);
            length += read;
        }

        await writing.WaitAsync(Deadline);
        Assert.Equal(bytes, received);
    }

    [Fact]
    public async Task WhatWasWrittenBeforeDisposalArrivesAlthoughAReadWasPending()
    {
        var reading = Stream.ReadAsync(new byte[1]).AsTask();
        await Stream.WriteAsync("farewell"u8.ToArray());

        await Stream.DisposeAsync();
        await Stream.DisposeAsync();

        Assert.Equal("farewell", await Guest.ReceiveAsync(9));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => reading.WaitAsync(Deadline));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Stream.WriteAsync(new byte[1]).AsTask());
        Assert.Throws<ObjectDisposedException>(() => Stream.Read(new byte[1]));
        Assert.Throws<ObjectDisposedException>(Stream.CompleteWrites);
        Assert.Equal(0, _open.Count);
    }

    [Fact]
    public async Task AConnectionThatTheGuestResetsIsAnInputOutputErrorWithItsCause()
    {
        // A Unix socket that is closed with unread bytes resets its peer.
        await Stream.WriteAsync("unread"u8.ToArray());
        Guest.Dispose();

        AssertLost(await Assert.ThrowsAsync<IOException>(() => Stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Deadline)));
        AssertLost(await Assert.ThrowsAsync<IOException>(() => Stream.WriteAsync(new byte[1]).AsTask().WaitAsync(Deadline)));
        AssertLost(Assert.Throws<IOException>(() => Stream.Write(new byte[1])));
        Stream.CompleteWrites();
    }

    [Fact]
    public async Task TheEndOfTheMachineIsAnInputOutputErrorAndNotADisposal()
    {
        var reading = Stream.ReadAsync(new byte[1]).AsTask();

        await _open.DisposeAsync();

        AssertLost(await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(Deadline)));
        AssertLost(await Assert.ThrowsAsync<IOException>(() => Stream.WriteAsync(new byte[1]).AsTask().WaitAsync(Deadline)));
        AssertLost(Assert.Throws<IOException>(() => Stream.Read(new byte[1])));
        Stream.CompleteWrites();
        Assert.True(await Guest.IsTurnedAwayAsync());
    }

    [Fact]
    public async Task CancellationEndsAReadAndLeavesTheConnection()
    {
        using var cancel = new CancellationTokenSource();
        var reading = Stream.ReadAsync(new byte[1], cancel.Token).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Deadline));
        await Guest.SendAsync("still there");

        Assert.Equal("still there", await ReadAsync(11));
    }

    private static void AssertLost(IOException lost) =>
        Assert.Equal("MAY3042", Assert.IsType<SandboxVsockException>(lost.InnerException).Code);

    private async Task<string> ReadAsync(int count)
    {
        var buffer = new byte[count];
        await Stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
        return System.Text.Encoding.ASCII.GetString(buffer);
    }
}
