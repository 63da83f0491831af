using Mayfly.Transports.Vsock.Kernel;

namespace Mayfly.Tests.Transports.Vsock;

/// <summary>A fact about real AF_VSOCK sockets; skipped, with the reason, where the kernel or a container has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VsockFamilyFactAttribute : FactAttribute
{
    public VsockFamilyFactAttribute()
    {
        try
        {
            VsockNetwork.Kernel.Open().Dispose();
        }
        catch (IOException exception)
        {
            Skip = $"This host has no AF_VSOCK: {exception.Message}";
        }
    }
}
