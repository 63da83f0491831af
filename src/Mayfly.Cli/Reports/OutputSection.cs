using System.Text;
using System.Text.Unicode;

namespace Mayfly.Cli.Reports;

/// <summary>One output of the command.</summary>
/// <param name="Text">What was kept, as text; invalid UTF-8 as replacement characters.</param>
/// <param name="Base64">What was kept, byte for byte; only where it is not valid UTF-8.</param>
/// <param name="Bytes">Everything that was written, kept or not.</param>
/// <param name="Truncated">Whether less was kept than written.</param>
internal sealed record OutputSection(string Text, string? Base64, long Bytes, bool Truncated)
{
    /// <summary>Maps what the library kept.</summary>
    public static OutputSection Of(ReadOnlyMemory<byte> kept, ByteSize written) => new(
        Encoding.UTF8.GetString(kept.Span),
        Utf8.IsValid(kept.Span) ? null : Convert.ToBase64String(kept.Span),
        written.Bytes,
        kept.Length < written.Bytes);
}
