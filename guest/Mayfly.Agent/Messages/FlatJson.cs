using System.Buffers.Text;

namespace Mayfly.Agent.Messages;

/// <summary>
/// Writes an object of a few names, words and numbers, none of which need escaping: what each first command of a copy of a machine
/// is answered with, in a tenth of the code that a writer of all of JSON would have emulation translate.
/// </summary>
internal ref struct FlatJson
{
    private const int Bytes = 256;

    private readonly byte[] _buffer = new byte[Bytes];
    private int _length;

    public FlatJson()
    {
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word)
    {
        Name(name);
        Append("\""u8);
        Append(word);
        Append("\""u8);
    }

    public void Add(ReadOnlySpan<byte> name, long number)
    {
        Name(name);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var count);
        _length += count;
    }

    public ReadOnlySpan<byte> End()
    {
        Append("}"u8);
        return _buffer.AsSpan(0, _length);
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Append(_length == 0 ? "{\""u8 : ",\""u8);
        Append(name);
        Append("\":"u8);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }
}
