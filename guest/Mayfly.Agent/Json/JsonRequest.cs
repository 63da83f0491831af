using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>One line of the host's.</summary>
/// <param name="Command">What it asks for, in the session's own terms.</param>
/// <param name="Input">The command's standard input; null where it gets none.</param>
internal sealed record JsonRequest(ExecRequest Command, byte[]? Input);
