namespace Mayfly;

/// <summary>Cancels a transfer that has moved no byte for too long. Also passes the caller's cancellation and progress on.</summary>
internal sealed class StallWatch : IProgress<long>, IDisposable
{
    private readonly CancellationTokenSource _stalled;
    private readonly CancellationTokenSource _either;
    private readonly TransferOptions _options;

    public StallWatch(TransferOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        _options = options;
        _stalled = new CancellationTokenSource(options.StallTimeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stalled.Token);
    }

    /// <summary>Cancelled by the caller or by a stall.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the limit ran out.</summary>
    public bool HasStalled => _stalled.IsCancellationRequested;

    /// <inheritdoc/>
    public void Report(long value)
    {
        _stalled.CancelAfter(_options.StallTimeout);
        _options.Progress?.Report(new ByteSize(value));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _stalled.Dispose();
    }
}
