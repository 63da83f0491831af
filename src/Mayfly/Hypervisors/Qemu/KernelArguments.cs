using System.Globalization;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>What the guest's kernel is told by QEMU's machine, before the specification's own arguments.</summary>
internal static class KernelArguments
{
    /// <summary>The arguments in their order; later ones win in the kernel.</summary>
    /// <param name="spec">What the machine is made of.</param>
    /// <param name="tscKhz">The host's time stamp counter, where it is known.</param>
    public static IReadOnlyList<string> Compose(MachineSpec spec, long? tscKhz) =>
    [
        .. Console(),
        .. Ending(),
        .. Entropy(),
        .. Clock(spec.Accelerator, tscKhz),
        .. Haste(),
        .. spec.KernelArguments,
    ];

    /// <summary>The first serial port, for what is worse than a warning; a panic is.</summary>
    private static IReadOnlyList<string> Console() => ["console=ttyS0", "8250.nr_uarts=1", "quiet"];

    /// <summary>A panic reboots at once, and a reboot is a triple fault: the way out of a microvm that always works.</summary>
    private static IReadOnlyList<string> Ending() => ["panic=-1", "reboot=t"];

    /// <summary>RDRAND counts, so that the first getrandom() does not wait a second for entropy.</summary>
    private static IReadOnlyList<string> Entropy() => ["random.trust_cpu=on"];

    /// <summary>
    /// TCG's time stamp counter is the host's. Told its rate, the guest need not measure it against the PIT, which on a busy
    /// host fails and then hangs the boot.
    /// </summary>
    private static IReadOnlyList<string> Clock(Acceleration accelerator, long? tscKhz) => (accelerator, tscKhz) switch
    {
        (Acceleration.Kvm, _) => [],
        (_, { } khz) => [string.Create(CultureInfo.InvariantCulture, $"tsc_early_khz={khz}")],
        _ => ["tsc=reliable", "no_timer_check"],
    };

    /// <summary>
    /// Left out: the clearing of memory that is about to be written anyway, crypto self-tests, the search for a PCI bus,
    /// which would end in an error on the console, and the patching of lock prefixes out of a kernel on one processor, which
    /// costs TCG the code it has translated so far.
    /// </summary>
    private static IReadOnlyList<string> Haste() => ["init_on_alloc=0", "cryptomgr.notests", "noreplace-smp", "pci=off"];
}
