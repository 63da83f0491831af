namespace Mayfly.Protocol;

/// <summary>
/// Brings the agent to where its machine can be frozen and copied: no other channel may be open, and commands in the background
/// go on as they are. After the <see cref="FrozenOutcome"/> the conversation is at its beginning, on the same stream: the
/// agent says nothing until it is sent a <see cref="FrameType.Wake"/>, and then greets as after a boot.
/// </summary>
public sealed record FreezeRequest : Request;
