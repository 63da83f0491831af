using System.Globalization;

namespace Mayfly.Layers.Dotnet;

/// <summary>The version of an installed framework, ordered as semantic versions are: a preview comes before its release.</summary>
/// <param name="Major">Its first number.</param>
/// <param name="Minor">Its second.</param>
/// <param name="Patch">Its third.</param>
/// <param name="Prerelease">What follows a hyphen; empty for a release.</param>
internal sealed record FrameworkVersion(int Major, int Minor, int Patch, string Prerelease = "") : IComparable<FrameworkVersion>
{
    /// <summary>Whether it is a preview.</summary>
    public bool IsPrerelease => Prerelease.Length > 0;

    /// <summary>Reads one; null where it is none.</summary>
    public static FrameworkVersion? Parse(string text)
    {
        // What follows a plus says how it was built, and does not count.
        var parts = text.Split('+')[0].Split('-', 2);
        var numbers = parts[0].Split('.');
        return numbers.Length == 3 && Number(numbers[0]) is { } major && Number(numbers[1]) is { } minor && Number(numbers[2]) is { } patch && (parts.Length == 1 || parts[1].Length > 0)
            ? new FrameworkVersion(major, minor, patch, parts.Length > 1 ? parts[1] : "")
            : null;
    }

    /// <inheritdoc/>
    public int CompareTo(FrameworkVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return order != 0 ? order
            : IsPrerelease && other.IsPrerelease ? ComparePrereleases(Prerelease.Split('.'), other.Prerelease.Split('.'))
            : other.IsPrerelease.CompareTo(IsPrerelease);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}{(IsPrerelease ? "-" : "")}{Prerelease}");

    private static int ComparePrereleases(string[] left, string[] right)
    {
        for (var index = 0; index < Math.Min(left.Length, right.Length); index++)
        {
            // Numbers by their values, and before words.
            var order = (Number(left[index]), Number(right[index])) switch
            {
                ({ } one, { } other) => one.CompareTo(other),
                ({ }, null) => -1,
                (null, { }) => 1,
                _ => string.CompareOrdinal(left[index], right[index]),
            };
            if (order != 0)
            {
                return order;
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (text.Length == 1 || text[0] != '0') ? number : null;
}
