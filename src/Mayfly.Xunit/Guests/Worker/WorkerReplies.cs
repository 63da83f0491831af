using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>Sends what there is to be told of a test, each message before the call returns: the machine may end with the next line of the test. Safe for use by several threads.</summary>
/// <param name="stream">To the host.</param>
internal sealed class WorkerReplies(Stream stream)
{
    private readonly Lock _lock = new();

    /// <summary>Sends a message. A host that listens no more is no concern of the test's.</summary>
    public void Send(WorkerMessage message)
    {
        var frame = WorkerFrames.Frame(WorkerFormat.Write(message));
        lock (_lock)
        {
            try
            {
                stream.Write(frame);
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                // The machine is about to be ended, or this is what a test that is over has left running.
            }
        }
    }
}
