using System.Diagnostics;
using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly.Benchmarks;

/// <summary>
/// Many sandboxes in one process, two at a time: descriptors, threads and memory must end where they began, and the host
/// with as many of Mayfly's resources as before.
/// </summary>
internal static class SoakRun
{
    private const int AtOnce = 2;
    private const int ReportEvery = 50;

    /// <summary>What the runtime itself keeps after its first uses is there after this many.</summary>
    private const int WarmUp = 20;

    /// <summary>Threads of the pool and descriptors of its sleepers come and go by a few.</summary>
    private const int Slack = 8;

    private const long SlackBytes = 32 * 1024 * 1024;

    public static async Task<int> RunAsync(int sandboxes)
    {
        var before = SandboxInventory.Take();
        await RunManyAsync(WarmUp);
        var first = Footing.Take();
        Console.WriteLine($"after {WarmUp} to warm up: {first}");
        var begun = Stopwatch.GetTimestamp();
        var failures = 0;
        for (var done = 0; done < sandboxes;)
        {
            var batch = Math.Min(ReportEvery, sandboxes - done);
            failures += await RunManyAsync(batch);
            done += batch;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} sandboxes, {failures} failed, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0} s: {Footing.Take()}"));
        }

        var last = Footing.Take();
        var left = SandboxInventory.Compare(before, SandboxInventory.Take()).Appeared;
        foreach (var item in left)
        {
            Console.WriteLine($"left behind: {item}");
        }

        var grew = last.Descriptors > first.Descriptors + Slack || last.Threads > first.Threads + Slack || last.ManagedBytes > first.ManagedBytes + SlackBytes;
        Console.WriteLine($"began with {first}; ended with {last}: {(grew ? "it has grown" : "as it began")}");
        return failures == 0 && !grew && left.Count == 0 ? 0 : 1;
    }

    private static async Task<int> RunManyAsync(int count)
    {
        var failures = 0;
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= count)
            {
                try
                {
                    await using var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment());
                    (await sandbox.ExecAsync(["true"])).EnsureSuccess();
                }
                catch (MayflyException exception)
                {
                    Interlocked.Increment(ref failures);
                    Console.WriteLine(exception.Message);
                }
            }
        })));
        return failures;
    }

    /// <summary>What a process holds.</summary>
    private sealed record Footing(int Descriptors, int Threads, long ManagedBytes, long ResidentBytes)
    {
        public static Footing Take()
        {
            for (var round = 0; round < 3; round++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            using var self = Process.GetCurrentProcess();
            return new Footing(
                Directory.GetFileSystemEntries("/proc/self/fd").Length,
                Directory.GetDirectories("/proc/self/task").Length,
                GC.GetTotalMemory(forceFullCollection: true),
                self.WorkingSet64);
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Descriptors} descriptors, {Threads} threads, {ManagedBytes / 1048576.0:0.0} MiB managed, {ResidentBytes / 1048576.0:0} MiB resident");
    }
}
