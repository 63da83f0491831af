namespace Mayfly.Transports;

/// <summary>What the ways in are called wherever people write or read of them.</summary>
internal static class TransportName
{
    /// <summary>The name, such as <c>kernel-vsock</c>.</summary>
    public static string Of(SandboxTransport transport) => transport switch
    {
        SandboxTransport.Auto => "auto",
        SandboxTransport.Vsock => "vsock",
        SandboxTransport.KernelVsock => "kernel-vsock",
        SandboxTransport.Serial => "serial",
        SandboxTransport.Ssh => "ssh",
        _ => throw new ArgumentOutOfRangeException(nameof(transport), transport, "not a transport"),
    };
}
