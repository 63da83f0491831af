using System.Diagnostics;

namespace Mayfly.Chaos;

/// <summary>The run as a command: says each failure when it comes, how far it has got now and then, and a table at the end.</summary>
internal static class ChaosCommand
{
    private const int ProgressEvery = 50;
    private static readonly Lock _gate = new();

    public static async Task<int> RunAsync(string[] args)
    {
        if (ChaosOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(ChaosOptions.Usage);
            return 2;
        }

        var clock = Stopwatch.StartNew();
        var total = options.Rounds * options.What.Count;
        var done = 0;
        var failed = 0;
        var results = await ChaosRun.RunAsync(options, result =>
        {
            lock (_gate)
            {
                done++;
                if (!result.IsFine)
                {
                    failed++;
                    Console.WriteLine($"FAILED (seed {options.Seed}) {result}");
                }

                if (done % ProgressEvery == 0)
                {
                    Console.WriteLine($"{clock.Elapsed:hh\\:mm\\:ss} {done} of {total} rounds, {failed} failed");
                }
            }
        });

        ChaosTable.Write(results, Console.Out);
        Console.WriteLine($"{(failed == 0 ? "passed" : "FAILED")}: seed {options.Seed}, {total} rounds, {clock.Elapsed:hh\\:mm\\:ss}");
        return failed == 0 ? 0 : 1;
    }
}
