namespace Mayfly.Transports.Vsock.VhostUser.Queues;

/// <summary>One buffer of a chain, already found in the guest's memory.</summary>
/// <param name="start">Its first byte.</param>
/// <param name="length">In bytes.</param>
internal readonly unsafe struct Segment(byte* start, uint length)
{
    public byte* Start { get; } = start;

    public uint Length { get; } = length;
}
