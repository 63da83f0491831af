using System.Collections.Concurrent;

namespace Mayfly.Chaos;

/// <summary>Many rounds, some side by side.</summary>
internal static class ChaosRun
{
    /// <summary>Runs them all.</summary>
    /// <param name="options">Which.</param>
    /// <param name="report">Takes each result as it comes; from several threads.</param>
    public static async Task<IReadOnlyList<RoundResult>> RunAsync(ChaosOptions options, Action<RoundResult> report)
    {
        // Victims take turns, so that a run that is cut short has seen all of them.
        var rounds = new ConcurrentQueue<(Victims Victims, int Number)>(
            Enumerable.Range(0, options.Rounds).SelectMany(number => options.What.Select(victims => (victims, number))));
        var results = new ConcurrentBag<RoundResult>();
        await Task.WhenAll(Enumerable.Range(0, options.Parallel).Select(async _ =>
        {
            await Task.Yield();
            using var worker = new ChaosWorker(options.Seed, options.Stop, options.Life);
            while (rounds.TryDequeue(out var next))
            {
                var result = await worker.RunAsync(next.Victims, next.Number);
                results.Add(result);
                report(result);
            }
        }));
        return [.. results];
    }
}
