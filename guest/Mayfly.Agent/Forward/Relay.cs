using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Forward;

/// <summary>
/// A connection to a program and its channel: bytes both ways, and the end of either way by itself. On the loop's thread.
/// </summary>
internal sealed class Relay
{
    private readonly ChannelLink _link;
    private readonly Descriptor _socket;
    private readonly InputPump _input;
    private readonly SocketOutput _output;
    private bool _writtenToItsEnd;
    private bool _over;

    /// <summary>The socket is connected, and the relay's own from here on.</summary>
    /// <exception cref="NativeException">There are no more descriptors to be had.</exception>
    public Relay(EventLoop loop, ChannelLink link, Descriptor socket)
    {
        _link = link;
        _socket = socket;

        // The loop watches a descriptor for one thing, so each way has one.
        var writing = Libc.Duplicate(socket, Linux.F_DUPFD_CLOEXEC, 3);
        if (writing.IsInvalid)
        {
            var failure = NativeException.Last("duplicating a socket");
            GuestSocket.ResetOnClose(socket);
            socket.Dispose();
            throw failure;
        }

        link.SendProgress(new ConnectedProgress());
        _input = new InputPump(loop, link, writing, OnInputWritten, Check);
        _output = new SocketOutput(loop, link, socket, OnOutputEnded);
    }

    public void OnInput(ReadOnlySpan<byte> bytes)
    {
        if (!_over && !_input.TryTake(bytes))
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "more input was sent than was granted, or input behind its end"));
        }
    }

    public void OnInputEnd()
    {
        if (!_over)
        {
            _input.End();
        }
    }

    public void OnCredit(StreamId stream, uint bytes)
    {
        if (stream == StreamId.Output && !_over)
        {
            _output.Grant(bytes);
        }
    }

    /// <summary>Ends it at once: the program sees a reset, the host this outcome.</summary>
    public void Abort(FailedOutcome failure)
    {
        if (!_over)
        {
            GuestSocket.ResetOnClose(_socket);
            End(failure);
        }
    }

    private void OnInputWritten()
    {
        _ = Libc.Shutdown(_socket, Linux.SHUT_WR);
        _writtenToItsEnd = true;
        Check();
    }

    private void OnOutputEnded(int errno)
    {
        if (errno != 0)
        {
            End(Reset(NativeException.Describe(errno)));
        }
        else
        {
            Check();
        }
    }

    private void Check()
    {
        // Who has closed its end may still have sent something before, which comes first.
        if (_over || !_output.Ended)
        {
            return;
        }

        if (_input.Failed)
        {
            End(Reset("it takes no more"));
        }
        else if (_writtenToItsEnd)
        {
            End(new ClosedOutcome());
        }
    }

    private void End(Outcome outcome)
    {
        _over = true;
        _output.Stop();
        _input.Close();
        _socket.Dispose();
        _link.SendOutcome(outcome);
    }

    private static FailedOutcome Reset(string why) =>
        new(FailureCode.Other, $"the program in the guest has broken the connection: {why}");
}
