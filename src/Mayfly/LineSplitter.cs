using System.Text;

namespace Mayfly;

/// <summary>
/// Cuts a stream of bytes into lines of text, wherever the chunks begin and end. LF, CR LF and a lone CR each end a line.
/// A line is bounded: what is beyond is counted and dropped, or is the next line. Invalid bytes become replacement characters.
/// </summary>
/// <param name="emit">Told each line, without its end.</param>
/// <param name="encoding">How the text is encoded; null for UTF-8.</param>
internal sealed class LineSplitter(Action<string> emit, Encoding? encoding = null)
{
    /// <summary>The most characters of a line that are kept.</summary>
    public const int MaxLineChars = 8 * 1024;

    private const int ChunkBytes = 4 * 1024;

    private readonly Decoder _decoder = (encoding ?? Encoding.UTF8).GetDecoder();
    private readonly char[] _chars = new char[(encoding ?? Encoding.UTF8).GetMaxCharCount(ChunkBytes)];
    private readonly StringBuilder _line = new();
    private long _dropped;
    private bool _afterReturn;

    /// <summary>Whether what is beyond the most characters is the next line.</summary>
    public bool BreaksLongLines { get; set; }

    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(ChunkBytes, bytes.Length)];
            bytes = bytes[chunk.Length..];
            Take(_chars.AsSpan(0, _decoder.GetChars(chunk, _chars, flush: false)));
        }
    }

    /// <summary>The stream has ended: emits a last line that has no end of its own.</summary>
    public void Complete()
    {
        Take(_chars.AsSpan(0, _decoder.GetChars([], _chars, flush: true)));
        if (_line.Length > 0)
        {
            EndLine();
        }
    }

    private void Take(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            var secondHalf = character == '\n' && _afterReturn;
            _afterReturn = character == '\r';
            if (secondHalf)
            {
                continue;
            }

            if (character is '\n' or '\r')
            {
                EndLine();
            }
            else if (_line.Length < MaxLineChars || IsSecondHalf(character))
            {
                _line.Append(character);
            }
            else if (BreaksLongLines)
            {
                EndLine();
                _line.Append(character);
            }
            else
            {
                _dropped++;
            }
        }
    }

    /// <summary>Half a character would be none.</summary>
    private bool IsSecondHalf(char character) => _dropped == 0 && char.IsLowSurrogate(character) && char.IsHighSurrogate(_line[^1]);

    private void EndLine()
    {
        if (_dropped > 0)
        {
            _line.Append(System.Globalization.CultureInfo.InvariantCulture, $"... [{_dropped} more characters]");
        }

        var line = _line.ToString();
        _line.Clear();
        _dropped = 0;
        emit(line);
    }
}
