using System.Globalization;

namespace Mayfly;

/// <summary>A number of bytes, so that no API leaves its unit to be guessed.</summary>
/// <param name="Bytes">The count; never negative.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private const long Kibi = 1024;
    private const long Mebi = Kibi * 1024;
    private const long Gibi = Mebi * 1024;

    /// <summary><paramref name="value"/> x 1024 bytes.</summary>
    public static ByteSize KiB(long value) => new(checked(value * Kibi));

    /// <summary><paramref name="value"/> x 1024² bytes.</summary>
    public static ByteSize MiB(long value) => new(checked(value * Mebi));

    /// <summary><paramref name="value"/> x 1024³ bytes.</summary>
    public static ByteSize GiB(long value) => new(checked(value * Gibi));

    /// <summary>Reads <c>512M</c>, <c>1GiB</c>, <c>64k</c> or a plain count of bytes. Units are powers of 1024.</summary>
    /// <returns>Whether <paramref name="text"/> was a size.</returns>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var trimmed = text.AsSpan().Trim();
        var digits = trimmed.IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? trimmed : trimmed[..digits];
        long? unit = (digits < 0 ? "" : trimmed[digits..].ToString().ToUpperInvariant()) switch
        {
            "" or "B" => 1,
            "K" or "KB" or "KIB" => Kibi,
            "M" or "MB" or "MIB" => Mebi,
            "G" or "GB" or "GIB" => Gibi,
            _ => null,
        };

        if (unit is null
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / unit)
        {
            return false;
        }

        size = new ByteSize(count * unit.Value);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The largest unit that divides the size evenly, such as <c>512 MiB</c>.</summary>
    public override string ToString() => Bytes switch
    {
        >= Gibi when Bytes % Gibi == 0 => string.Create(CultureInfo.InvariantCulture, $"{Bytes / Gibi} GiB"),
        >= Mebi when Bytes % Mebi == 0 => string.Create(CultureInfo.InvariantCulture, $"{Bytes / Mebi} MiB"),
        >= Kibi when Bytes % Kibi == 0 => string.Create(CultureInfo.InvariantCulture, $"{Bytes / Kibi} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Bytes} bytes"),
    };

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;
}
