using System.Globalization;

namespace Mayfly.Benchmarks;

/// <summary>What was measured on.</summary>
internal static class Host
{
    public static void Describe(Sandbox sandbox) => Console.WriteLine(Text(sandbox));

    public static string Text(Sandbox sandbox)
    {
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{processor}, {Environment.ProcessorCount} cores; {sandbox.Boot.Hypervisor}, {sandbox.Boot.Accelerator} ({sandbox.Boot.AcceleratorReason}), {sandbox.Boot.Transport} ({sandbox.Boot.TransportReason}); guest kernel {sandbox.Guest.KernelRelease}");
    }
}
