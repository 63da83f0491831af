using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A bus for a test that may be abandoned: what it still says after that concerns nobody.</summary>
/// <param name="inner">The runner's bus, which this one does not own.</param>
internal sealed class DetachableBus(IMessageBus inner) : IMessageBus
{
    private volatile bool _detached;

    /// <summary>Drops every later message.</summary>
    public void Detach() => _detached = true;

    /// <inheritdoc/>
    public bool QueueMessage(IMessageSinkMessage message) => _detached || inner.QueueMessage(message);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
