namespace Mayfly;

/// <summary>What a forwarded port speaks.</summary>
public enum PortProtocol
{
    /// <summary>TCP.</summary>
    Tcp = 0,

    /// <summary>UDP.</summary>
    Udp = 1,
}
