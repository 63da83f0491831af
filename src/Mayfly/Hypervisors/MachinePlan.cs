using System.Globalization;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Hypervisors;

/// <summary>What a warden is to make for a machine before it starts the monitor: pure functions, one per kind of resource.</summary>
internal static class MachinePlan
{
    /// <summary>Emulation keeps up to 1 GiB of translated code, and monitors need some memory themselves.</summary>
    private static readonly ByteSize _overhead = ByteSize.MiB(1280);

    /// <summary>A monitor has a thread for each processor and up to some dozens for its disks.</summary>
    private const int MostProcesses = 512;

    /// <summary>The plan for a monitor with its arguments.</summary>
    public static WardenPlan Compose(MachineSpec spec, IReadOnlyList<string> program) => new()
    {
        Resources = [ControlGroup(spec), .. Tap(spec), .. State(spec), .. spec.Resources],
        Program = program,

        // QEMU's own network is the host's as QEMU sees it; a TAP device works from anywhere once it is open.
        IsolateNetwork = spec.Network is not UserNetworkCard,
        Lifetime = spec.Limits.Lifetime,
    };

    /// <summary>The group that holds the monitor even when a guest has taken it over.</summary>
    public static ResourceHandle ControlGroup(MachineSpec spec)
    {
        var limits = spec.Limits;
        return ResourceHandle.Of(
            ResourceKind.ControlGroup,
            ("name", ResourceNames.ControlGroup(spec.Id)),
            ("memory_bytes", Text(limits.HostMemory?.Bytes ?? (spec.Memory.Bytes + _overhead.Bytes))),
            ("memory_asked_for", AskedFor(limits.HostMemory is not null)),
            ("cpu_percent", limits.Cpu is { } cpu ? Text((long)Math.Ceiling(cpu * 100)) : null),
            ("cpu_asked_for", AskedFor(limits.Cpu is not null)),
            ("pids", Text(MostProcesses)));
    }

    /// <summary>The device that the monitor inherits opened, as its first descriptor.</summary>
    public static IReadOnlyList<ResourceHandle> Tap(MachineSpec spec) => spec.Network is TapNetworkCard { Tap: var tap }
        ? [ResourceHandle.Of(ResourceKind.Tap, ("name", tap.Name), ("bridge", tap.Bridge), ("address", tap.HostAddressCidr))]
        : [];

    /// <summary>The state that the monitor goes on from, which it inherits opened: it may open no program to read it through.</summary>
    public static IReadOnlyList<ResourceHandle> State(MachineSpec spec) => spec.MemoryFile is RestoredMemory restored
        ? [ResourceHandle.Of(ResourceKind.OpenFile, ("path", restored.StatePath))]
        : [];

    private static string? AskedFor(bool isAskedFor) => isAskedFor ? "true" : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
