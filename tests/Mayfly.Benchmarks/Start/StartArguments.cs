using System.Globalization;

namespace Mayfly.Benchmarks.Start;

/// <summary>What <c>build/bench start</c> was asked for.</summary>
/// <param name="Runs">How often each thing is measured.</param>
/// <param name="Only">The keys of what is measured; null for everything.</param>
internal sealed record StartArguments(int Runs, IReadOnlySet<string>? Only)
{
    private const int DefaultRuns = 100;

    /// <summary>Reads <c>--runs N</c> and <c>--only a,b</c>; null where they are something else.</summary>
    /// <param name="arguments">The words.</param>
    /// <param name="keys">What there is to choose from.</param>
    public static StartArguments? TryParse(IReadOnlyList<string> arguments, IReadOnlyCollection<string> keys)
    {
        var parsed = new StartArguments(DefaultRuns, null);
        for (var index = 0; index < arguments.Count; index += 2)
        {
            var value = index + 1 < arguments.Count ? arguments[index + 1] : "";
            if (arguments[index] == "--runs" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var runs) && runs > 0)
            {
                parsed = parsed with { Runs = runs };
            }
            else if (arguments[index] == "--only" && value.Split(',', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } only && only.All(keys.Contains))
            {
                parsed = parsed with { Only = only.ToHashSet() };
            }
            else
            {
                return null;
            }
        }

        return parsed;
    }

    /// <summary>Whether that is to be measured.</summary>
    public bool Wants(string key) => Only is null || Only.Contains(key);
}
