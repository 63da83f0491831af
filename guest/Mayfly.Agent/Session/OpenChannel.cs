namespace Mayfly.Agent.Session;

/// <summary>An operation of the session's, and how it speaks to the host.</summary>
internal readonly record struct OpenChannel(Channel Channel, SessionLink Link);
