using System.Diagnostics;
using Mayfly.Protocol;
using Xunit.Abstractions;

namespace Mayfly.Tests.Session.Transfers;

/// <summary>A transfer's memory does not grow with its size; also prints its rate over a socket pair.</summary>
public sealed class ConstantMemoryTests(ITestOutputHelper output) : IDisposable
{
    private const long HeapGrowthLimit = 24 * 1024 * 1024;

    private static readonly long Size =
        long.TryParse(Environment.GetEnvironmentVariable("MAYFLY_TEST_TRANSFER_MIB"), out var mebibytes) ? mebibytes << 20 : 192L << 20;

    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _host.Delete(recursive: true);

    [Fact]
    public async Task ALargePushTakesNoMoreMemoryThanASmallOne()
    {
        var path = Path.Combine(_host.FullName, "large");
        await using (var file = File.Create(path))
        {
            file.SetLength(Size);
        }

        long received = 0;
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            while (await channel.ReadInputAsync() is { } piece)
            {
                received += piece.Length;
            }

            await channel.OutcomeAsync(new TransferOutcome(1, Size, 0));
        });
        var watch = new HeapWatch();
        var begun = Stopwatch.GetTimestamp();

        var outcome = await session.Connection.PushAsync(path, "/in", watch, CancellationToken.None);

        Report("push", begun, watch);
        Assert.Equal(Size, outcome.Bytes);
        Assert.InRange(received, Size, Size + 8192);
        Assert.InRange(watch.Growth, long.MinValue, HeapGrowthLimit);
    }

    [Fact]
    public async Task ALargePullTakesNoMoreMemoryThanASmallOne()
    {
        await using var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.WriteAsync(StreamId.Output, new RawTar().Entry(".", '0', size: Convert.ToString(Size, 8).PadLeft(11, '0')).WithoutEnd());
            var piece = new byte[ProtocolLimits.MaxDataBytes];
            for (var sent = 0L; sent < Size; sent += piece.Length)
            {
                await channel.WriteAsync(StreamId.Output, piece);
            }

            await TransferTests.SendTarAsync(channel, new byte[1024], new TransferOutcome(1, Size, 0));
        });
        var watch = new HeapWatch();
        var begun = Stopwatch.GetTimestamp();

        var outcome = await session.Connection.PullAsync("/out", Path.Combine(_host.FullName, "large"), watch, CancellationToken.None);

        Report("pull", begun, watch);
        Assert.Equal(Size, outcome.Bytes);
        Assert.Equal(Size, new FileInfo(Path.Combine(_host.FullName, "large")).Length);
        Assert.InRange(watch.Growth, long.MinValue, HeapGrowthLimit);
    }

    private void Report(string what, long begun, HeapWatch watch) => output.WriteLine(
        $"{what}: {Size >> 20} MiB at {(Size >> 20) / Stopwatch.GetElapsedTime(begun).TotalSeconds:0} MiB/s, "
        + $"live heap grew by {watch.Growth >> 10} KiB, allocated besides the guest's frames {(watch.Allocated - Size) >> 20} MiB");

    /// <summary>Looks at the live heap every 16 MiB.</summary>
    private sealed class HeapWatch : IProgress<long>
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private readonly long _allocatedBefore = GC.GetTotalAllocatedBytes();
        private long _next;

        public long Allocated => GC.GetTotalAllocatedBytes() - _allocatedBefore;

        public long Growth { get; private set; } = long.MinValue;

        public void Report(long value)
        {
            if (value >= _next)
            {
                _next = value + (16 << 20);
                Growth = Math.Max(Growth, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }
        }
    }
}
