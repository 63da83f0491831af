namespace Mayfly.Cli.Reports;

/// <summary>A port of the host that leads into the guest.</summary>
internal sealed record PortSection(string Protocol, string HostAddress, int HostPort, int GuestPort)
{
    /// <summary>Maps the library's report.</summary>
    public static PortSection Of(MappedPort port) => new(
        port.Protocol == PortProtocol.Udp ? "udp" : "tcp", port.HostEndPoint.Address.ToString(), port.HostEndPoint.Port, port.GuestPort);
}
