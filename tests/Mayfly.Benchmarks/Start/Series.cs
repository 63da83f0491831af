using System.Globalization;

namespace Mayfly.Benchmarks.Start;

/// <summary>One row of the table: values of one thing, or why there are none.</summary>
/// <param name="title">What was measured.</param>
/// <param name="unit">Of its values.</param>
/// <param name="target">What it is measured against, for people; empty for nothing.</param>
internal sealed class Series(string title, string unit = "ms", string target = "")
{
    private readonly List<double> _values = [];

    /// <summary>Why there are no values; null where there are some.</summary>
    public string? Absence { get; set; }

    /// <summary>The middle one; zero where there are none.</summary>
    public double Median => Percentile(0.5);

    /// <summary>Forgets its values.</summary>
    public void Clear() => _values.Clear();

    /// <summary>Adds a value.</summary>
    public void Add(double value) => _values.Add(value);

    /// <summary>Adds a duration, in milliseconds.</summary>
    public void Add(TimeSpan value) => _values.Add(value.TotalMilliseconds);

    /// <summary>The heads of the columns.</summary>
    public static string Heads => "| what | n | p50 | p95 | target |\n|---|---:|---:|---:|---|";

    /// <summary>The row.</summary>
    public override string ToString() => _values.Count == 0
        ? $"| {title} | 0 | - | - | {Absence ?? "not measured"} |"
        : string.Create(CultureInfo.InvariantCulture, $"| {title} | {_values.Count} | {Text(Median)} | {Text(Percentile(0.95))} | {target} |");

    private string Text(double value) => string.Create(CultureInfo.InvariantCulture, $"{(value < 10 ? $"{value:0.00}" : $"{value:0.0}")} {unit}");

    // Nearest rank.
    private double Percentile(double share)
    {
        var sorted = _values.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }
}
