using Mayfly.Disks;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Layers;
using Mayfly.Transports;

namespace Mayfly;

/// <summary>What has been decided before the first attempt to boot.</summary>
/// <param name="Id">The sandbox's id.</param>
/// <param name="Hypervisor">What runs the machine.</param>
/// <param name="KernelPath">The kernel it boots.</param>
/// <param name="InitramfsPaths">The archives that the kernel unpacks, before the sandbox's own.</param>
/// <param name="Accelerator">What provides its processor.</param>
/// <param name="Transport">How its agent is reached; null where the image has none, and SSH is the only way in.</param>
/// <param name="Disks">The images of its disks.</param>
/// <param name="Layers">Its layers, made.</param>
/// <param name="Begun">When the boot began, by <see cref="TimeProvider.GetTimestamp"/>.</param>
internal sealed record StartPlan(
    string Id,
    IHypervisor Hypervisor,
    string KernelPath,
    IReadOnlyList<string> InitramfsPaths,
    AcceleratorChoice Accelerator,
    TransportChoice? Transport,
    IReadOnlyList<DiskImage> Disks,
    LayerPlan Layers,
    long Begun);
