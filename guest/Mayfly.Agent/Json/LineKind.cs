namespace Mayfly.Agent.Json;

/// <summary>What a <see cref="LineReader"/> has found.</summary>
internal enum LineKind
{
    /// <summary>No whole line yet; none at all any more where the input has ended.</summary>
    None,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line beyond the limit, whose bytes are gone.</summary>
    TooLong,
}
