using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Forward;

/// <summary>A connection to a program: first being made, or made already, then carrying bytes. On the loop's thread.</summary>
internal sealed class ForwardChannel : Channel
{
    private readonly EventLoop _loop;
    private readonly ChannelLink _link;
    private readonly Connector? _connector;
    private Relay? _relay;

    /// <summary>Takes a connection that a program has made.</summary>
    public ForwardChannel(EventLoop loop, ChannelLink link, Descriptor socket)
    {
        _loop = loop;
        _link = link;
        OnConnected(socket);
    }

    /// <summary>Makes a connection to a program.</summary>
    /// <exception cref="ProtocolException">The request makes no sense.</exception>
    public ForwardChannel(EventLoop loop, ChannelLink link, ForwardRequest request)
    {
        _loop = loop;
        _link = link;
        _connector = new Connector(loop, request, OnConnected, link.SendOutcome);
        _connector.Begin();
    }

    public override void OnInput(ReadOnlySpan<byte> bytes)
    {
        if (_relay is null)
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "input was sent before the connection was made"));
        }
        else
        {
            _relay.OnInput(bytes);
        }
    }

    public override void OnInputEnd()
    {
        if (_relay is null)
        {
            Abort(new FailedOutcome(FailureCode.BadRequest, "the input ended before the connection was made"));
        }
        else
        {
            _relay.OnInputEnd();
        }
    }

    public override void OnCredit(StreamId stream, uint bytes) => _relay?.OnCredit(stream, bytes);

    public override void OnControl(Control control)
    {
        if (control is CancelControl)
        {
            Abort(new FailedOutcome(FailureCode.Cancelled, "the host has given the connection up"));
        }
    }

    public override void Abort(FailedOutcome failure)
    {
        if (_relay is null)
        {
            _connector?.Stop();
            _link.SendOutcome(failure);
        }
        else
        {
            _relay.Abort(failure);
        }
    }

    private void OnConnected(Descriptor socket)
    {
        try
        {
            _relay = new Relay(_loop, _link, socket);
        }
        catch (NativeException exception)
        {
            _link.SendOutcome(new FailedOutcome(FailureCode.Other, exception.Message));
        }
    }
}
