namespace Mayfly.Transports.Vsock;

/// <summary>The vsock ports that can be named: 32 bits, without 0 and without the one that stands for any.</summary>
internal static class PortRange
{
    private const uint Last = uint.MaxValue - 1;

    /// <exception cref="ArgumentOutOfRangeException">It is 0 or 4294967295.</exception>
    public static void Check(uint port)
    {
        ArgumentOutOfRangeException.ThrowIfZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, Last);
    }
}
