using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>How an operation ended. The last word on its channel.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "result")]
[JsonDerivedType(typeof(ExecOutcome), "exec")]
[JsonDerivedType(typeof(TransferOutcome), "transfer")]
[JsonDerivedType(typeof(ClosedOutcome), "closed")]
[JsonDerivedType(typeof(FrozenOutcome), "frozen")]
[JsonDerivedType(typeof(FailedOutcome), "failed")]
public abstract record Outcome;

/// <summary>The tar stream was sent or unpacked in full.</summary>
/// <param name="Entries">Files, directories and links in it, the root included.</param>
/// <param name="Bytes">Content bytes of its files.</param>
/// <param name="Skipped">Entries left out because they are neither file, directory nor link.</param>
public sealed record TransferOutcome(long Entries, long Bytes, long Skipped) : Outcome;

/// <summary>Both directions of a forwarded connection have ended in order, or a listener was told to end.</summary>
public sealed record ClosedOutcome : Outcome;

/// <summary>The machine can be frozen; the conversation is at its beginning. See <see cref="FreezeRequest"/>.</summary>
public sealed record FrozenOutcome : Outcome;

/// <summary>The operation could not be done.</summary>
/// <param name="Code">Why, as a word for programs.</param>
/// <param name="Message">Why, as a sentence for people; untrusted text when it comes from a guest.</param>
/// <param name="Path">The guest path it stumbled over, where there is one.</param>
public sealed record FailedOutcome(FailureCode Code, string Message, string? Path = null) : Outcome;
