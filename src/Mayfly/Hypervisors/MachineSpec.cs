using Mayfly.Protocol.Supervision;

namespace Mayfly.Hypervisors;

/// <summary>What a machine is made of, in terms every monitor understands.</summary>
internal sealed record MachineSpec
{
    /// <summary>The sandbox's id; also names the machine's process.</summary>
    public required string Id { get; init; }

    /// <summary>vmlinux or bzImage.</summary>
    public required string KernelPath { get; init; }

    /// <summary>cpio archives, joined in this order.</summary>
    public required IReadOnlyList<string> InitramfsPaths { get; init; }

    /// <summary>The guest's memory.</summary>
    public required ByteSize Memory { get; init; }

    /// <summary>Where that memory is; null for the monitor's own.</summary>
    public MachineMemory? MemoryFile { get; init; }

    /// <summary>The guest's number of processors.</summary>
    public required int Cpus { get; init; }

    /// <summary>How the processor is provided; <see cref="Acceleration.Auto"/> has been decided by now.</summary>
    public required Acceleration Accelerator { get; init; }

    /// <summary>What the host keeps it within.</summary>
    public MachineLimits Limits { get; init; } = new();

    /// <summary>What the transports need the machine to have.</summary>
    public required IReadOnlyList<GuestDevice> Devices { get; init; }

    /// <summary>Its network card; null for none.</summary>
    public NetworkCard? Network { get; init; }

    /// <summary>The machine's disks, in the order in which the guest sees them.</summary>
    public IReadOnlyList<DiskDrive> Disks { get; init; } = [];

    /// <summary>What is to be made before the monitor starts.</summary>
    public IReadOnlyList<ResourceHandle> Resources { get; init; } = [];

    /// <summary>Kernel arguments besides the monitor's own.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];
}
