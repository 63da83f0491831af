using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>What a channel is opened for. Holds no host path, clock or secret.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(ExecRequest), "exec")]
[JsonDerivedType(typeof(PushRequest), "push")]
[JsonDerivedType(typeof(PullRequest), "pull")]
[JsonDerivedType(typeof(ForwardRequest), "forward")]
[JsonDerivedType(typeof(ListenRequest), "listen")]
[JsonDerivedType(typeof(AcceptRequest), "accept")]
[JsonDerivedType(typeof(FreezeRequest), "freeze")]
public abstract record Request;
