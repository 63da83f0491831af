using System.Globalization;

namespace Mayfly.Benchmarks;

/// <summary>Durations of one thing, measured several times.</summary>
internal sealed class Sample(string name)
{
    private readonly List<double> _ms = [];

    public void Add(TimeSpan duration) => _ms.Add(duration.TotalMilliseconds);

    public double Median => Percentile(0.5);

    /// <summary>Nearest rank.</summary>
    public double Percentile(double share)
    {
        var sorted = _ms.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-48} p50 {Median,9:0.0} ms   p95 {Percentile(0.95),9:0.0} ms   min {_ms.Min(),9:0.0} ms   n {_ms.Count}");
}
