namespace Mayfly.Protocol;

/// <summary>The size of a terminal in character cells.</summary>
/// <param name="Columns">Width, 1 to 65535.</param>
/// <param name="Rows">Height, 1 to 65535.</param>
public sealed record TerminalSize(int Columns, int Rows);
