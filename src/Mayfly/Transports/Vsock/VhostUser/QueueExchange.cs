using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Queues;

namespace Mayfly.Transports.Vsock.VhostUser;

/// <summary>Moves packets between the queues and the muxer.</summary>
internal static class QueueExchange
{
    /// <summary>Takes what the guest sends, as far as the muxer can.</summary>
    /// <returns>How many packets were taken. They are returned to the driver with the queue's next publication.</returns>
    public static int Take(SplitQueue transmit, VsockMuxer muxer, int most)
    {
        transmit.SilenceDriver();
        var count = 0;
        for (; count < most && muxer.CanReceive && transmit.TryTake(); count++)
        {
            muxer.Receive(transmit.Chain.Readable);
            transmit.Return(transmit.Chain.Head, written: 0);
        }

        return count;
    }

    /// <summary>Fills the guest's buffers with what waits for it.</summary>
    /// <returns>Whether the driver wants an interrupt for it.</returns>
    public static bool Give(SplitQueue receive, VsockMuxer muxer, int most)
    {
        receive.SilenceDriver();
        for (var count = 0; count < most && muxer.HasOutput && receive.TryTake(); count++)
        {
            var writer = new ChainWriter(receive.Chain.Writable);
            if (!muxer.TrySend(ref writer))
            {
                receive.Untake();
                break;
            }

            receive.Return(receive.Chain.Head, writer.Written);
        }

        return receive.Publish();
    }

    /// <summary>Whether there is more to move at once; if not, the driver has been asked to say when there is.</summary>
    public static bool HasMore(SplitQueue transmit, SplitQueue receive, VsockMuxer muxer) =>
        (muxer.CanReceive && transmit.HasAvailable())
        || (muxer.HasOutput && receive.HasAvailable())
        || (muxer.CanReceive && transmit.ListenToDriver())
        || (muxer.HasOutput && receive.ListenToDriver());
}
