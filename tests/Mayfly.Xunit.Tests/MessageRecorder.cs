using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests;

/// <summary>Keeps what the framework says.</summary>
internal sealed class MessageRecorder : LongLivedMarshalByRefObject, IMessageSink
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly List<IMessageSinkMessage> _messages = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public bool OnMessage(IMessageSinkMessage message)
    {
        lock (_gate)
        {
            _messages.Add(message);
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return true;
    }

    /// <summary>All messages, once one of a kind is among them.</summary>
    public async Task<IReadOnlyList<IMessageSinkMessage>> UntilAsync<TMessage>()
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_messages.OfType<TMessage>().Any())
                {
                    return [.. _messages];
                }

                more = _more.Task;
            }

            await more.WaitAsync(Patience);
        }
    }
}
