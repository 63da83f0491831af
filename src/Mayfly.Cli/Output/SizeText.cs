using System.Globalization;

namespace Mayfly.Cli.Output;

/// <summary>Sizes for people: a short number and the largest unit, in powers of 1024.</summary>
internal static class SizeText
{
    private const double Step = 1024;
    private static readonly string[] _units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Such as <c>23.4 MiB</c>.</summary>
    public static string Of(ByteSize size)
    {
        double number = size.Bytes;
        var unit = 0;
        while (number >= Step && unit < _units.Length - 1)
        {
            number /= Step;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(unit == 0 ? number.ToString("0", CultureInfo.InvariantCulture) : number.ToString("0.0", CultureInfo.InvariantCulture))} {_units[unit]}");
    }
}
