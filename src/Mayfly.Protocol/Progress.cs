using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>Something worth telling about an operation that has not ended.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
[JsonDerivedType(typeof(StartedProgress), "started")]
[JsonDerivedType(typeof(HeartbeatProgress), "heartbeat")]
public abstract record Progress;

/// <summary>The command is running.</summary>
/// <param name="ProcessId">Its process id in the guest.</param>
public sealed record StartedProgress(int ProcessId) : Progress;

/// <summary>The operation still goes on; sent every five seconds.</summary>
/// <param name="ElapsedMs">Milliseconds since it began.</param>
public sealed record HeartbeatProgress(long ElapsedMs) : Progress;
