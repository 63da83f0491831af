using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;

namespace Mayfly.Benchmarks;

/// <summary>Exec round trip, and the rates of push and pull, in one machine that has been exercised.</summary>
internal static class SessionBenchmark
{
    private const int FileMiB = 256;
    private const int TransferRuns = 5;

    public static async Task RunAsync(int runs)
    {
        await using var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment() with { Memory = ByteSize.GiB(2), Cold = true });
        Host.Describe(sandbox);
        Console.WriteLine(await RoundTripsAsync(sandbox, runs));
        await TransfersAsync(sandbox);
    }

    private static async Task<Sample> RoundTripsAsync(Sandbox sandbox, int runs)
    {
        for (var warmUp = 0; warmUp < 10; warmUp++)
        {
            await sandbox.ExecAsync(["true"]);
        }

        var trips = new Sample("exec of 'true', round trip");
        for (var run = 0; run < runs; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            (await sandbox.ExecAsync(["true"])).EnsureSuccess();
            trips.Add(Stopwatch.GetElapsedTime(begun));
        }

        return trips;
    }

    private static async Task TransfersAsync(Sandbox sandbox)
    {
        var folder = Directory.CreateTempSubdirectory("mayfly-bench-");
        try
        {
            var source = Path.Combine(folder.FullName, "file");
            await File.WriteAllBytesAsync(source, RandomNumberGenerator.GetBytes(FileMiB * 1024 * 1024));
            var push = new Sample($"push of one file of {FileMiB} MiB");
            var pull = new Sample($"pull of one file of {FileMiB} MiB");
            for (var run = 0; run < TransferRuns; run++)
            {
                var begun = Stopwatch.GetTimestamp();
                await sandbox.PushAsync(source, "/bench/file");
                push.Add(Stopwatch.GetElapsedTime(begun));
                begun = Stopwatch.GetTimestamp();
                await sandbox.PullAsync("/bench/file", Path.Combine(folder.FullName, "back"));
                pull.Add(Stopwatch.GetElapsedTime(begun));
            }

            foreach (var sample in new[] { push, pull })
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sample}   {FileMiB / (sample.Median / 1000):0} MiB/s"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
