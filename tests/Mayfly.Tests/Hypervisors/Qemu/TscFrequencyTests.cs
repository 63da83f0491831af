using Mayfly.Hypervisors.Qemu;
using Xunit.Abstractions;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class TscFrequencyTests(ITestOutputHelper output)
{
    [Fact]
    public void TheSourcesThatThisHostHasAgree()
    {
        long?[] sources = [TscFrequency.FromPerf(), TscFrequency.FromCpuId(), TscFrequency.Measure()];
        output.WriteLine($"perf {sources[0]}, cpuid {sources[1]}, measured {sources[2]}; used: {TscFrequency.Host}");

        long[] known = [.. sources.OfType<long>()];

        Assert.NotEmpty(known);
        Assert.InRange(known.Max() - known.Min(), 0, known.Max() / 1000);
        Assert.Equal(known[0], TscFrequency.Host?.Khz);
    }
}
