using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>What a channel is opened for. Holds no host path, clock or secret.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(ExecRequest), "exec")]
[JsonDerivedType(typeof(PushRequest), "push")]
[JsonDerivedType(typeof(PullRequest), "pull")]
public abstract record Request;
