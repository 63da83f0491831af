#:property PublishAot=false
#:property MayflyBannedSymbols=false

// Draws the icon of the packages, a mayfly, as a PNG of 128 by 128 pixels: dotnet run build/icon.cs FILE

using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text;

const int Size = 128;
const int Samples = 4;

// Strokes from one point to another, thick at either end as said; the later ones lie above.
Stroke[] strokes =
[
    // Tails, hind wing, fore wing with its veins, legs, abdomen, thorax, head, eye.
    new(new(78, 92), new(118, 112), 1.2f, 0.6f, Body), new(new(78, 92), new(112, 121), 1.2f, 0.6f, Body), new(new(78, 92), new(102, 126), 1.2f, 0.6f, Body),
    new(new(50, 60), new(80, 46), 3, 10, Wing), new(new(48, 58), new(66, 22), 3, 13, Wing),
    new(new(48, 58), new(58, 14), 0.8f, 0.5f, Vein), new(new(48, 58), new(66, 14), 0.8f, 0.5f, Vein), new(new(48, 58), new(74, 20), 0.8f, 0.5f, Vein),
    new(new(50, 60), new(86, 42), 0.8f, 0.5f, Vein),
    new(new(42, 58), new(26, 66), 1.4f, 1, Body), new(new(26, 66), new(14, 50), 1, 0.8f, Body),
    new(new(48, 64), new(40, 82), 1.4f, 0.8f, Body), new(new(54, 68), new(54, 86), 1.4f, 0.8f, Body),
    new(new(52, 64), new(66, 80), 5, 4, Body), new(new(66, 80), new(79, 93), 4, 2, Body),
    new(new(42, 56), new(52, 64), 6, 6.5f, Body), new(new(35, 51), new(37, 53), 5, 5, Body), new(new(33, 49), new(33, 49), 2, 2, Eye),
];

var pixels = new byte[Size * (1 + (Size * 4))];
for (var y = 0; y < Size; y++)
{
    for (var x = 0; x < Size; x++)
    {
        var sum = Vector4.Zero;
        for (var sample = 0; sample < Samples * Samples; sample++)
        {
            sum += ColourAt(new(x + (((sample % Samples) + 0.5f) / Samples), y + (((sample / Samples) + 0.5f) / Samples)));
        }

        // Colours are weighted by how opaque they are; PNG wants them bare.
        var mean = sum / (Samples * Samples);
        var pixel = pixels.AsSpan((y * (1 + (Size * 4))) + 1 + (x * 4), 4);
        for (var channel = 0; channel < 3; channel++)
        {
            pixel[channel] = (byte)MathF.Round(mean.W > 0 ? mean[channel] / mean.W * 255 : 0);
        }

        pixel[3] = (byte)MathF.Round(mean.W * 255);
    }
}

using var png = new MemoryStream();
png.Write([0x89, .. "PNG\r\n\u001a\n"u8]);
var header = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(header, Size);
BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
(header[8], header[9]) = (8, 6);
WriteChunk("IHDR", header);
using (var compressed = new MemoryStream())
{
    using (var deflate = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
    {
        deflate.Write(pixels);
    }

    WriteChunk("IDAT", compressed.ToArray());
}

WriteChunk("IEND", []);
File.WriteAllBytes(args[0], png.ToArray());

Vector4 ColourAt(Vector2 point)
{
    // A square with round corners.
    var corner = Vector2.Max(Vector2.Abs(point - new Vector2(Size / 2f)) - new Vector2(40), Vector2.Zero);
    if (corner.Length() > 24)
    {
        return Vector4.Zero;
    }

    var colour = Vector4.Lerp(new(0.09f, 0.22f, 0.29f, 1), new(0.13f, 0.42f, 0.45f, 1), point.Y / Size);
    foreach (var stroke in strokes)
    {
        var line = stroke.To - stroke.From;
        var along = line == Vector2.Zero ? 0 : Math.Clamp(Vector2.Dot(point - stroke.From, line) / line.LengthSquared(), 0, 1);
        if (Vector2.Distance(point, stroke.From + (line * along)) <= float.Lerp(stroke.Begin, stroke.End, along))
        {
            var paint = stroke.Paint;
            colour = Vector4.Lerp(colour, new(paint.X, paint.Y, paint.Z, 1), paint.W);
        }
    }

    return colour;
}

void WriteChunk(string type, ReadOnlySpan<byte> data)
{
    byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
    Span<byte> number = stackalloc byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
    png.Write(number);
    png.Write(typed);
    BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(typed));
    png.Write(number);
}

static uint Crc32(ReadOnlySpan<byte> data)
{
    var crc = uint.MaxValue;
    foreach (var value in data)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320);
        }
    }

    return ~crc;
}

internal sealed record Stroke(Vector2 From, Vector2 To, float Begin, float End, Vector4 Paint);

internal static partial class Program
{
    private static Vector4 Body { get; } = new(0.98f, 0.85f, 0.55f, 1);

    private static Vector4 Wing { get; } = new(0.85f, 0.97f, 0.95f, 0.55f);

    private static Vector4 Vein { get; } = new(1, 1, 1, 0.6f);

    private static Vector4 Eye { get; } = new(0.09f, 0.22f, 0.29f, 1);
}
