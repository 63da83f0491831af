using System.Globalization;
using System.Text;

namespace Mayfly.Tests.Session.Transfers;

/// <summary>Builds tar streams header by header, with no idea of what is right.</summary>
internal sealed class RawTar
{
    private readonly List<byte> _bytes = [];

    /// <summary>A stream that begins with a directory as its root.</summary>
    public static RawTar Tree() => new RawTar().Directory(".");

    public RawTar Directory(string name) => Entry(name, '5');

    public RawTar File(string name, string content = "guest", int mode = 0x1a4) => Entry(name, '0', content: content, mode: mode);

    public RawTar Link(string name, string target) => Entry(name, '2', linkTarget: target);

    public RawTar Entry(
        string name, char type, string content = "", string linkTarget = "", int mode = 0x1ed, string? size = null, long modified = 1_700_000_000, Action<byte[]>? change = null)
    {
        var body = Encoding.UTF8.GetBytes(content);
        var header = new byte[512];
        Put(header, 0, 100, name);
        Put(header, 100, 8, Octal(mode, 7));
        Put(header, 108, 8, "0000000");
        Put(header, 116, 8, "0000000");
        Put(header, 124, 12, size ?? Octal(body.Length, 11));
        Put(header, 136, 12, Octal(modified, 11));
        header[156] = (byte)type;
        Put(header, 157, 100, linkTarget);
        Put(header, 257, 8, "ustar\0" + "00");
        change?.Invoke(header);
        header.AsSpan(148, 8).Fill((byte)' ');
        Put(header, 148, 8, Octal(header.Sum(value => value), 6) + "\0 ");
        _bytes.AddRange(header);
        _bytes.AddRange(body);
        _bytes.AddRange(new byte[-body.Length & 511]);
        return this;
    }

    /// <summary>A pax extended header with these records, well formed.</summary>
    public RawTar Pax(params (string Key, string Value)[] records) => RawPax(string.Concat(records.Select(Record)));

    public RawTar RawPax(string records) => Entry("PaxHeader", 'x', records);

    public RawTar Raw(byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The stream with its end.</summary>
    public byte[] ToArray() => [.. _bytes, .. new byte[1024]];

    public byte[] WithoutEnd() => [.. _bytes];

    private static string Record((string Key, string Value) record)
    {
        var rest = Encoding.UTF8.GetByteCount($" {record.Key}={record.Value}\n");
        var length = rest + 1;
        while (length != rest + length.ToString(CultureInfo.InvariantCulture).Length)
        {
            length++;
        }

        return $"{length} {record.Key}={record.Value}\n";
    }

    private static string Octal(long value, int digits) => Convert.ToString(value, 8).PadLeft(digits, '0');

    private static void Put(byte[] header, int offset, int length, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.AsSpan(0, Math.Min(length, bytes.Length)).CopyTo(header.AsSpan(offset));
    }
}
