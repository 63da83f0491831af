using System.Text.Json.Serialization;

namespace Mayfly.Protocol;

/// <summary>A message to a running operation.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(SignalControl), "signal")]
[JsonDerivedType(typeof(ResizeControl), "resize")]
[JsonDerivedType(typeof(CancelControl), "cancel")]
public abstract record Control;

/// <summary>Sends a signal to the command's foreground process group (its own group where it has no terminal).</summary>
/// <param name="Signal">The Linux signal number, 1 to 64.</param>
public sealed record SignalControl(int Signal) : Control;

/// <summary>The terminal has a new size.</summary>
/// <param name="Size">The new size.</param>
public sealed record ResizeControl(TerminalSize Size) : Control;

/// <summary>Ends the operation: a command's tree by SIGTERM, grace and SIGKILL; a transfer at once.</summary>
public sealed record CancelControl : Control;
