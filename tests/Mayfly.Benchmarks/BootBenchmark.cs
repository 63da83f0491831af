using System.Diagnostics;
using System.Globalization;
using Mayfly.Images;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Benchmarks;

/// <summary>
/// Cold start to the first result of a command, beside bare QEMU booting the same kernel and initramfs, with the same
/// arguments, until its init has printed a word.
/// </summary>
internal static class BootBenchmark
{
    public static async Task RunAsync(int runs)
    {
        var bare = new Sample("bare QEMU: start to init's first word");
        var up = new Sample("Mayfly: start to the agent's first word");
        var first = new Sample("Mayfly: start to the first command's result");
        var gone = new Sample("Mayfly: disposal");
        var image = await new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System).GetAsync(null, null, CancellationToken.None);
        await OnceAsync(null, null, null, describe: true);
        await BareQemu.BootAsync(image);
        for (var run = 0; run < runs; run++)
        {
            bare.Add(await BareQemu.BootAsync(image));
            await OnceAsync(up, first, gone, describe: false);
        }

        foreach (var sample in new[] { bare, up, first, gone })
        {
            Console.WriteLine(sample);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio of the medians, first result to bare init: {first.Median / bare.Median:0.00}"));
    }

    private static async Task OnceAsync(Sample? up, Sample? first, Sample? gone, bool describe)
    {
        var begun = Stopwatch.GetTimestamp();
        var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment() with { Cold = true });
        up?.Add(Stopwatch.GetElapsedTime(begun));
        (await sandbox.ExecAsync(["true"])).EnsureSuccess();
        first?.Add(Stopwatch.GetElapsedTime(begun));
        if (describe)
        {
            Host.Describe(sandbox);
        }

        begun = Stopwatch.GetTimestamp();
        await sandbox.DisposeAsync();
        gone?.Add(Stopwatch.GetElapsedTime(begun));
    }
}
