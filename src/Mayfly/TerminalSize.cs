namespace Mayfly;

/// <summary>The size of a terminal in character cells.</summary>
/// <param name="Columns">Width, 1 to 65535.</param>
/// <param name="Rows">Height, 1 to 65535.</param>
public readonly record struct TerminalSize(int Columns, int Rows);
