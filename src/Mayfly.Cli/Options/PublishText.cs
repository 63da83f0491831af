using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Mayfly.Cli.Options;

/// <summary>
/// <c>[ADDR:]HOST:GUEST[/tcp|/udp]</c> of --publish: an address of the host (127.0.0.1), its port (none or 0: one that is
/// free) and the guest's. Ranges are the library's to check.
/// </summary>
internal static class PublishText
{
    /// <summary>Reads it.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static PortForward Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (ports, protocol) = slash < 0 ? (text, "tcp") : (text[..slash], text[(slash + 1)..]);
        var (address, host, guest) = ports.Split(':') switch
        {
            [var host1, var guest1] => (IPAddress.Loopback, host1, guest1),
            [var address1, var host1, var guest1] => (Address(address1), host1, guest1),
            _ => throw Unreadable(text),
        };
        return new PortForward(Port(guest) ?? throw Unreadable(text), host.Length == 0 ? 0 : Port(host) ?? throw Unreadable(text))
        {
            HostAddress = address ?? throw Unreadable(text),
            Protocol = protocol switch
            {
                "tcp" => PortProtocol.Tcp,
                "udp" => PortProtocol.Udp,
                _ => throw Unreadable(text),
            },
        };
    }

    /// <summary>Four numbers: what else passes for an address, such as 8080, is more likely a slip.</summary>
    private static IPAddress? Address(string text) =>
        text.Count(character => character == '.') == 3 && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : null;

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;

    private static SandboxConfigurationException Unreadable(string text) =>
        UsageError.Value("--publish", text, "[ADDR:]HOST:GUEST[/udp], such as 8080:80, 0:80 for a free port of the host, or 0.0.0.0:8080:80; addresses are IPv4");
}
