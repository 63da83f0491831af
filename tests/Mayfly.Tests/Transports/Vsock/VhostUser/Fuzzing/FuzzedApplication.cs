using System.Collections.Concurrent;
using Mayfly.Transports.Vsock.VhostUser.Connections;

namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>
/// An application that listens, accepts, connects, reads, writes and disposes at random, while the guest does what it does.
/// What fails does so with the exceptions that the streams document.
/// </summary>
internal sealed class FuzzedApplication : IDisposable
{
    public const uint FirstPort = 100;
    public const uint Listeners = 4;

    private const int MaxStreams = 48;

    private readonly VsockMuxer _muxer;
    private readonly ConcurrentDictionary<uint, DeviceListener> _listeners;
    private readonly List<(DeviceListener Listener, Task<VsockStream> Accepting)> _accepting = [];
    private readonly List<(VsockStream Stream, Task Reading, Task Writing)> _streams = [];
    private readonly List<(VsockConnection Connection, Task<VsockStream> Connecting)> _connecting = [];
    private readonly byte[] _data = new byte[128 * 1024];
    private long _read;

    public FuzzedApplication(VsockMuxer muxer, ConcurrentDictionary<uint, DeviceListener> listeners)
    {
        _muxer = muxer;
        _listeners = listeners;
        for (var port = FirstPort; port < FirstPort + Listeners; port++)
        {
            Listen(port);
        }
    }

    /// <summary>Connections that the application got a stream of, from either side.</summary>
    public long Opened { get; private set; }

    /// <summary>Bytes it has read from them.</summary>
    public long Read => Interlocked.Read(ref _read);

    /// <summary>Does one thing.</summary>
    public void Act(FuzzRandom random)
    {
        Collect();
        var which = random.Below(1 << 16);
        var length = random.OneIn(4) ? random.Below(_data.Length) : random.Below(512);
        var action = random.Below(40);
        if (action < 3)
        {
            Connect((uint)which % 16);
        }
        else if (action == 3 && _connecting.Count > 0)
        {
            _connecting[which % _connecting.Count].Connection.Abandon();
        }
        else if (action == 4 && which % 64 == 0)
        {
            Relisten(which / 64 % (int)Listeners);
        }
        else if (_streams.Count > 0)
        {
            Use(which % _streams.Count, action, length);
        }
    }

    /// <summary>The device has ended: everything that waits hears of it.</summary>
    public void CheckEnded()
    {
        foreach (var (_, connecting) in _connecting)
        {
            FuzzFailureException.ThrowUnless(connecting.IsCompleted, "a connect ends with the device");
        }
    }

    public void Dispose()
    {
        Collect();
        foreach (var (stream, reading, writing) in _streams)
        {
            stream.Dispose();
            Observe(reading);
            Observe(writing);
        }

        foreach (var (connection, connecting) in _connecting)
        {
            connection.Abandon();
            Observe(connecting);
        }

        foreach (var (listener, accepting) in _accepting)
        {
            Close(listener, accepting);
        }
    }

    private void Collect()
    {
        for (var index = 0; index < _accepting.Count; index++)
        {
            var (listener, accepting) = _accepting[index];
            if (accepting.IsCompletedSuccessfully)
            {
                Add(accepting.Result);
                _accepting[index] = (listener, listener.AcceptAsync());
            }
        }

        for (var index = _connecting.Count - 1; index >= 0; index--)
        {
            if (_connecting[index].Connecting is { IsCompleted: true } connected)
            {
                _connecting.RemoveAt(index);
                Observe(connected);
                if (connected.IsCompletedSuccessfully)
                {
                    Add(connected.Result);
                }
            }
        }
    }

    private void Add(VsockStream stream)
    {
        Opened++;
        _streams.Add((stream, Task.CompletedTask, Task.CompletedTask));
        if (_streams.Count > MaxStreams)
        {
            Remove(0);
        }
    }

    private void Remove(int index)
    {
        var (stream, reading, writing) = _streams[index];
        _streams.RemoveAt(index);
        stream.Dispose();
        Observe(reading);
        Observe(writing);
    }

    private void Use(int index, int action, int length)
    {
        var (stream, reading, writing) = _streams[index];
        if (action < 20)
        {
            if (reading.IsCompleted)
            {
                Observe(reading);
                _streams[index] = (stream, Started(() => ReadAsync(stream, length)), writing);
            }
        }
        else if (action < 35)
        {
            if (writing.IsCompleted)
            {
                Observe(writing);
                _streams[index] = (stream, reading, Started(() => stream.WriteAsync(_data.AsMemory(0, length)).AsTask()));
            }
        }
        else if (action < 37)
        {
            stream.CompleteWrites();
        }
        else
        {
            Remove(index);
        }
    }

    private async Task ReadAsync(VsockStream stream, int length) =>
        Interlocked.Add(ref _read, await stream.ReadAsync(_data.AsMemory(0, length)).ConfigureAwait(false));

    private void Connect(uint guestPort)
    {
        var connecting = new TaskCompletionSource<VsockStream>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_muxer.Connect(guestPort, connecting) is { } connection)
        {
            _connecting.Add((connection, connecting.Task));
        }
        else
        {
            Observe(connecting.Task);
        }
    }

    private void Listen(uint port)
    {
        var listener = new DeviceListener(port, closed => _listeners.TryRemove(new(closed.Port, closed)));
        FuzzFailureException.ThrowUnless(_listeners.TryAdd(port, listener), "a port is free when its listener has gone");
        _accepting.Add((listener, listener.AcceptAsync()));
    }

    private void Relisten(int index)
    {
        var (listener, accepting) = _accepting[index];
        _accepting.RemoveAt(index);
        Close(listener, accepting);
        Listen(listener.Port);
    }

    private static void Close(DeviceListener listener, Task<VsockStream> accepting)
    {
        listener.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _ = accepting.ContinueWith(
            ended =>
            {
                if (ended.IsCompletedSuccessfully)
                {
                    ended.Result.Dispose();
                }

                _ = ended.Exception;
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>What is refused at once counts like what fails later.</summary>
    private static Task Started(Func<Task> start)
    {
        try
        {
            return start();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return Task.CompletedTask;
        }
    }

    private static void Observe(Task task)
    {
        if (task.IsCompleted)
        {
            var failure = task.Exception?.InnerException;
            FuzzFailureException.ThrowUnless(
                failure is null or IOException or ObjectDisposedException or SandboxVsockException, $"streams fail with documented exceptions; this is {failure}");
        }
        else
        {
            _ = task.ContinueWith(
                ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
