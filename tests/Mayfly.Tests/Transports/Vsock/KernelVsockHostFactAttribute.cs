using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>A fact about guests with a vsock device of the kernel's; skipped, with the reason, where the host can't have them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelVsockHostFactAttribute : FactAttribute
{
    public KernelVsockHostFactAttribute() => Skip = KernelVsockHost.Objection()?.Reason;
}
