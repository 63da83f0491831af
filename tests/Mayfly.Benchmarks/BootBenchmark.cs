using System.Diagnostics;
using System.Globalization;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
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
    private const string Marker = "bare-init-is-here";

    public static async Task RunAsync(int runs)
    {
        var bare = new Sample("bare QEMU: start to init's first word");
        var up = new Sample("Mayfly: start to the agent's first word");
        var first = new Sample("Mayfly: start to the first command's result");
        var gone = new Sample("Mayfly: disposal");
        var image = await new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System).GetAsync(null, null, CancellationToken.None);
        await OnceAsync(null, null, null, describe: true);
        await BareAsync(image);
        for (var run = 0; run < runs; run++)
        {
            bare.Add(await BareAsync(image));
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

    private static async Task<TimeSpan> BareAsync(GuestImage image)
    {
        var spec = new MachineSpec
        {
            Id = "bare",
            KernelPath = image.KernelPath,
            InitramfsPaths = [image.InitramfsPath],
            Memory = new SandboxOptions().Memory,
            Cpus = new SandboxOptions().Cpus,
            Accelerator = Acceleration.Tcg,
            Devices = [],
            KernelArguments = ["rdinit=/bin/echo", "--", Marker],
        };
        IReadOnlyList<string> arguments =
        [
            .. QemuArguments.Isolation(),
            .. QemuArguments.Machine(sharesMemory: false),
            .. QemuArguments.Processor(spec.Accelerator, spec.Cpus),
            .. QemuArguments.Memory(spec.Memory),
            .. QemuArguments.Kernel(image.KernelPath, image.InitramfsPath),
            .. QemuArguments.KernelCommandLine(KernelArguments.Compose(spec, TscFrequency.Host?.Khz)),
            "-serial", "stdio",
        ];

        var begun = Stopwatch.GetTimestamp();
        using var qemu = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        string? line;
        do
        {
            line = await qemu.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("bare QEMU ended before its init spoke");
        }
        while (!line.Contains(Marker, StringComparison.Ordinal));

        var elapsed = Stopwatch.GetElapsedTime(begun);
        qemu.Kill();
        await qemu.WaitForExitAsync();
        return elapsed;
    }
}
