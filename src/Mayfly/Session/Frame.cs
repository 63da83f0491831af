using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>A frame as it was read. The payload is valid until the next one is read.</summary>
internal readonly record struct Frame(FrameHeader Header, ReadOnlyMemory<byte> Payload);
