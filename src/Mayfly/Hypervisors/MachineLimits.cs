namespace Mayfly.Hypervisors;

/// <summary>What the host keeps a machine within.</summary>
internal sealed record MachineLimits
{
    /// <summary>Processor time, in processors; null for no limit.</summary>
    public double? Cpu { get; init; }

    /// <summary>All memory of the machine's process; null for what it needs at most when nothing is wrong with it.</summary>
    public ByteSize? HostMemory { get; init; }

    /// <summary>How long it may live; null for as long as its owner.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>How much of its console is kept.</summary>
    public ByteSize Console { get; init; } = ByteSize.MiB(1);
}
