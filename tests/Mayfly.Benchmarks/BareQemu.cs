using System.Diagnostics;
using System.Text;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;

namespace Mayfly.Benchmarks;

/// <summary>QEMU without Mayfly: the same machine, kernel, initramfs and arguments as a sandbox that has no devices.</summary>
internal static class BareQemu
{
    private const string Marker = "bare-init-is-here";
    private const string Greeting = "\"QMP\"";

    /// <summary>From the start of the process until its init has printed a word.</summary>
    public static Task<TimeSpan> BootAsync(GuestImage image) => UntilAsync(Marker, [.. Arguments(image), "-serial", "stdio"]);

    /// <summary>From the start of the process until its monitor greets. The machine is there by then and does not run.</summary>
    public static Task<TimeSpan> GreetAsync(GuestImage image) => UntilAsync(Greeting, [.. Arguments(image), "-S", "-qmp", "stdio"]);

    private static IReadOnlyList<string> Arguments(GuestImage image)
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
        return
        [
            .. QemuArguments.Isolation(),
            .. QemuArguments.Machine(sharesMemory: false),
            .. QemuArguments.Processor(spec.Accelerator, spec.Cpus),
            .. QemuArguments.Memory(spec.Memory),
            .. QemuArguments.Kernel(image.KernelPath, image.InitramfsPath),
            .. QemuArguments.KernelCommandLine(KernelArguments.Compose(spec, TscFrequency.Host?.Khz)),
        ];
    }

    private static async Task<TimeSpan> UntilAsync(string word, IReadOnlyList<string> arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var qemu = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        var said = new StringBuilder();
        string? line;
        do
        {
            line = await qemu.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"bare QEMU ended before it said {word}:\n{said}");
            said.AppendLine(line);
        }
        while (!line.Contains(word, StringComparison.Ordinal));

        var elapsed = Stopwatch.GetElapsedTime(begun);
        qemu.Kill();
        await qemu.WaitForExitAsync();
        return elapsed;
    }
}
