using System.Diagnostics;
using System.Globalization;

namespace Mayfly.Benchmarks;

/// <summary>Boots in a row on a host that is kept busy: the boot must neither hang nor fail, nor need a second attempt.</summary>
internal static class EnduranceRun
{
    private const int BusyLoops = 2;
    private const int ReportEvery = 25;

    public static async Task<int> RunAsync(int boots)
    {
        using var stop = new CancellationTokenSource();
        var loops = Enumerable.Range(0, BusyLoops).Select(_ => Task.Factory.StartNew(() => Spin(stop.Token), TaskCreationOptions.LongRunning)).ToArray();
        var duration = new Sample($"start to first result beside {BusyLoops} busy loops");
        var failures = 0;
        var repeated = 0;
        for (var boot = 1; boot <= boots; boot++)
        {
            var begun = Stopwatch.GetTimestamp();
            try
            {
                await using var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment() with { Cold = true });
                (await sandbox.ExecAsync(["true"])).EnsureSuccess();
                duration.Add(Stopwatch.GetElapsedTime(begun));
                repeated += sandbox.Boot.Attempts > 1 ? 1 : 0;
            }
            catch (MayflyException exception)
            {
                failures++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"boot {boot}: {exception.Message}"));
            }

            if (boot % ReportEvery == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{boot} boots, {failures} failed, {repeated} needed the boot watchdog"));
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(loops);
        Console.WriteLine(duration);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{boots} boots in all, {failures} failed, {repeated} needed the boot watchdog"));
        return failures == 0 ? 0 : 1;
    }

    private static void Spin(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }
}
