using System.Diagnostics;
using System.Globalization;

namespace Mayfly.Benchmarks.Guests;

/// <summary>What it costs to run the body of a test in a machine, beside a shared machine and beside the host.</summary>
internal static class GuestFactBenchmark
{
    private const int Tests = 100;

    /// <summary>Measures sessions of each kind in turn.</summary>
    /// <param name="sessions">How many of each kind.</param>
    public static async Task RunAsync(int sessions)
    {
        var firstUncached = new Sample("first test of a session, no template");
        var firstCached = new Sample("first test of a session, template cached");
        var fresh = new Sample("each of 100 tests, a fresh machine");
        var shared = new Sample("each of 100 tests, a shared machine");
        var host = new Sample("each of 100 tests, on the host");
        await using (var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment()))
        {
            Host.Describe(sandbox);
        }

        // Once for nothing, so that the layers are there.
        await SessionAsync("Fresh", 1);
        for (var session = 0; session < sessions; session++)
        {
            // A variable that tests may depend on makes another template, and nothing else.
            firstUncached.Add((await SessionAsync("Fresh", 1, ("LANGUAGE", $"benchmark-{Environment.ProcessId}-{session}")))[0]);
            firstCached.Add((await SessionAsync("Fresh", 1))[0]);
            AddAll(fresh, await SessionAsync("Fresh", Tests));
            AddAll(shared, await SessionAsync("Shared", Tests));
            AddAll(host, await SessionAsync("Host", Tests));
        }

        foreach (var sample in (Sample[])[firstUncached, firstCached, fresh, shared, host])
        {
            Console.WriteLine(sample);
        }
    }

    private static void AddAll(Sample sample, List<TimeSpan> durations)
    {
        foreach (var duration in durations)
        {
            sample.Add(duration);
        }
    }

    private static async Task<List<TimeSpan>> SessionAsync(string tests, int rows, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in (string[])[Program(), tests, rows.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => TimeSpan.FromMilliseconds(double.Parse(line, CultureInfo.InvariantCulture)))]
            : throw new InvalidOperationException($"a session ended with exit code {process.ExitCode}");
    }

    /// <summary>A program of its own, as small as a project of a hundred trivial tests, built beside this one.</summary>
    private static string Program() =>
        Path.GetFullPath(AppContext.BaseDirectory.Replace("Mayfly.Benchmarks", "Mayfly.Benchmarks.GuestFacts", StringComparison.Ordinal) + "Mayfly.Benchmarks.GuestFacts.dll");
}
