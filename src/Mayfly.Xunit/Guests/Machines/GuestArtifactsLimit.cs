namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Gives up a transfer that has become too large.</summary>
/// <param name="most">What it may move.</param>
/// <param name="transfer">Gives it up.</param>
internal sealed class GuestArtifactsLimit(ByteSize most, CancellationTokenSource transfer) : IProgress<ByteSize>
{
    /// <inheritdoc/>
    public void Report(ByteSize value)
    {
        if (value.Bytes > most.Bytes)
        {
            transfer.Cancel();
        }
    }
}
