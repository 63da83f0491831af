using System.Diagnostics;
using System.Globalization;
using Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

namespace Mayfly.Fuzz;

/// <summary>Runs a fuzzer on all processors, one seed each, until the time is up or one fails.</summary>
internal static class FuzzRun
{
    private const string Usage = "usage: build/fuzz vsock [--minutes N] [--seed S]";
    private const long MaxGrowthBytes = 256L * 1024 * 1024;
    private const int MaxGrowthDescriptors = 32;
    private static readonly TimeSpan s_progress = TimeSpan.FromSeconds(10);

    public static int Start(string[] args)
    {
        if (args is not ["vsock", .. var options] || options.Length % 2 != 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var minutes = 1.0;
        var seed = 1UL;
        for (var index = 0; index < options.Length; index += 2)
        {
            var isKnown = options[index] switch
            {
                "--minutes" => double.TryParse(options[index + 1], CultureInfo.InvariantCulture, out minutes),
                "--seed" => ulong.TryParse(options[index + 1], CultureInfo.InvariantCulture, out seed),
                _ => false,
            };
            if (!isKnown)
            {
                Console.Error.WriteLine(Usage);
                return 2;
            }
        }

        return Run(TimeSpan.FromMinutes(minutes), seed);
    }

    private static int Run(TimeSpan duration, ulong seed)
    {
        var fuzzers = Enumerable.Range(0, Environment.ProcessorCount).Select(index => new VsockFuzzer(seed + (ulong)index)).ToArray();
        var failures = new FuzzFailureException?[fuzzers.Length];
        using var stop = new CancellationTokenSource();
        var threads = fuzzers.Select((fuzzer, index) => new Thread(() =>
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    fuzzer.Step();
                }
            }
            catch (FuzzFailureException failure)
            {
                failures[index] = failure;
                stop.Cancel();
            }
        })).ToList();

        var clock = Stopwatch.StartNew();
        var memoryBefore = 0L;
        var descriptorsBefore = 0;
        threads.ForEach(thread => thread.Start());
        for (var next = TimeSpan.Zero; !stop.IsCancellationRequested && clock.Elapsed < duration; next = TimeSpan.FromTicks(Math.Min((next + s_progress).Ticks, duration.Ticks)))
        {
            stop.Token.WaitHandle.WaitOne(next > clock.Elapsed ? next - clock.Elapsed : TimeSpan.Zero);
            if (memoryBefore == 0 && clock.Elapsed > s_progress)
            {
                (memoryBefore, descriptorsBefore) = (Process.GetCurrentProcess().WorkingSet64, Descriptors());
            }

            Console.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss} {Counts(fuzzers, clock.Elapsed)}");
        }

        stop.Cancel();
        threads.ForEach(thread => thread.Join());
        var elapsed = clock.Elapsed;
        var counts = Counts(fuzzers, elapsed);
        Array.ForEach(fuzzers, fuzzer => fuzzer.Dispose());
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        foreach (var failure in failures.OfType<FuzzFailureException>())
        {
            Console.Error.WriteLine(failure);
        }

        var grown = memoryBefore != 0 && Process.GetCurrentProcess().WorkingSet64 - memoryBefore > MaxGrowthBytes;
        var leaked = memoryBefore != 0 && Descriptors() - descriptorsBefore > MaxGrowthDescriptors;
        var isFine = Array.TrueForAll(failures, failure => failure is null) && !grown && !leaked;
        Console.WriteLine($"{(isFine ? "passed" : grown ? "GREW" : leaked ? "LEAKED" : "FAILED")}: seeds {seed} to {seed + (ulong)fuzzers.Length - 1}, {elapsed:hh\\:mm\\:ss}, {counts}");
        return isFine ? 0 : 1;
    }

    private static string Counts(VsockFuzzer[] fuzzers, TimeSpan elapsed)
    {
        var inputs = fuzzers.Sum(fuzzer => fuzzer.Inputs);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{inputs} inputs ({inputs / Math.Max(elapsed.TotalSeconds, 0.001):0}/s), {fuzzers.Sum(fuzzer => fuzzer.Packets)} packets, {fuzzers.Sum(fuzzer => fuzzer.Connections)} connections, {fuzzers.Sum(fuzzer => fuzzer.BytesRead) >> 20} MiB read, {fuzzers.Sum(fuzzer => fuzzer.Breaks)} devices broken, {GC.GetTotalMemory(false) >> 20} MiB managed, {Process.GetCurrentProcess().WorkingSet64 >> 20} MiB resident, {Descriptors()} descriptors");
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;
}
