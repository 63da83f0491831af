namespace Mayfly.Agent.Exec;

/// <summary>Whom a command runs as.</summary>
internal sealed record Account(uint UserId, uint GroupId, IReadOnlyList<uint> Groups, string Name, string Home, string Shell);
