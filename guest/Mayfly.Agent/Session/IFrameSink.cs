using Mayfly.Protocol;

namespace Mayfly.Agent.Session;

/// <summary>What a <see cref="FrameReader"/> hands on.</summary>
internal interface IFrameSink
{
    /// <summary>A piece of a data frame's payload, as it comes in.</summary>
    void OnData(FrameHeader header, ReadOnlySpan<byte> piece);

    /// <summary>Any other frame, whole.</summary>
    void OnFrame(FrameHeader header, ReadOnlySpan<byte> payload);
}
