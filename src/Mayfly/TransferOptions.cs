namespace Mayfly;

/// <summary>How a push or a pull behaves.</summary>
public sealed record TransferOptions
{
    /// <summary>
    /// A transfer that moves no byte for this long is given up. Default 60 s; at least 1 s;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for never.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told the number of content bytes moved so far, from time to time; null for silence.</summary>
    public IProgress<ByteSize>? Progress { get; init; }
}
