using System.Globalization;

namespace Mayfly.Benchmarks;

/// <summary>What is measured of one kind of stream.</summary>
internal sealed class StreamSamples(string name)
{
    public Sample RoundTrip { get; } = new($"{name}: round trip of one byte");

    public Sample ToGuest { get; } = new($"{name}: bulk to the guest");

    public Sample ToHost { get; } = new($"{name}: bulk to the host");

    public string Describe(int bulkMiB) => string.Create(
        CultureInfo.InvariantCulture,
        $"{name,-14} round trip p50 {RoundTrip.Median * 1000,7:0} us p95 {RoundTrip.Percentile(0.95) * 1000,7:0} us   to the guest p50 {Rate(bulkMiB, ToGuest),6:0} MiB/s   to the host p50 {Rate(bulkMiB, ToHost),6:0} MiB/s");

    private static double Rate(int bulkMiB, Sample sample) => bulkMiB / (sample.Median / 1000);
}
