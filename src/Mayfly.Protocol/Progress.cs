using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>Something worth telling about an operation that has not ended.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "what")]
[JsonDerivedType(typeof(StartedProgress), "started")]
[JsonDerivedType(typeof(HeartbeatProgress), "heartbeat")]
[JsonDerivedType(typeof(ConnectedProgress), "connected")]
[JsonDerivedType(typeof(ListeningProgress), "listening")]
[JsonDerivedType(typeof(ConnectionProgress), "connection")]
public abstract record Progress;

/// <summary>The command is running.</summary>
/// <param name="ProcessId">Its process id in the guest.</param>
public sealed record StartedProgress(int ProcessId) : Progress;

/// <summary>The operation still goes on; sent every five seconds.</summary>
/// <param name="ElapsedMs">Milliseconds since it began.</param>
public sealed record HeartbeatProgress(long ElapsedMs) : Progress;

/// <summary>The forward has reached its program.</summary>
public sealed record ConnectedProgress : Progress;

/// <summary>The listener is there.</summary>
/// <param name="Port">Its TCP port, 1 to 65535.</param>
public sealed record ListeningProgress(int Port) : Progress;

/// <summary>A program in the guest has connected to the listener.</summary>
/// <param name="Connection">For <see cref="AcceptRequest.Connection"/>; positive, and more than any before in the session.</param>
public sealed record ConnectionProgress(long Connection) : Progress;
