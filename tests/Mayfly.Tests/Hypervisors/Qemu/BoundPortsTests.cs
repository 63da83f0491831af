using System.Net;
using Mayfly.Hypervisors.Qemu;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>The first answer is what QEMU 7.2 gave.</summary>
public sealed class BoundPortsTests
{
    private const string Answer =
        "Hub -1 (net0):\r\n"
        + "  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n"
        + "  TCP[HOST_FORWARD]  11       127.0.0.1 40797       10.0.2.15    80     0     0\r\n"
        + "  TCP[HOST_FORWARD]   9               * 36917       10.0.2.15    81     0     0\r\n"
        + "  TCP[ESTABLISHED]   12       10.0.2.15 55555       192.0.2.1   443     0     0\r\n"
        + "  UDP[HOST_FORWARD]   8       127.0.0.1  9999       10.0.2.15    80     0     0\r\n";

    private static readonly PortForward[] Wanted =
    [
        new(80, 9999) { Protocol = PortProtocol.Udp },
        new(81) { HostAddress = IPAddress.Any },
        new(80),
    ];

    [Fact]
    public void EachForwardGetsWhatQemuBoundForIt() => Assert.Equal(
        ["127.0.0.1:9999 -> 80/udp", "0.0.0.0:36917 -> 81/tcp", "127.0.0.1:40797 -> 80/tcp"],
        BoundPorts.Read(Wanted, Answer).Select(port => port.ToString()));

    [Fact]
    public void AFreePortIsNotMistakenForTheOneThatWasAskedFor()
    {
        const string Two = "TCP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 80 0 0\nTCP[HOST_FORWARD] 2 127.0.0.1 33333 10.0.2.15 80 0 0\n";

        var ports = BoundPorts.Read([new PortForward(80), new PortForward(80, 8080)], Two);

        Assert.Equal([33333, 8080], ports.Select(port => port.HostEndPoint.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("unknown command: 'info usernet'\r\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 8081 10.0.2.15 80 0 0\n")]
    [InlineData("UDP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 80 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.2 8080 10.0.2.15 80 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 81 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 80 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 0 10.0.2.15 80 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 65536 10.0.2.15 80 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 nowhere 8080 10.0.2.15 80 0 0\n")]
    [InlineData("SCTP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 80 0 0\n")]
    [InlineData("TCP[HOST_FORWARD] 1 127.0.0.1 8080 10.0.2.15 80 0 0\nTCP[HOST_FORWARD] 1 127.0.0.1 8082 10.0.2.15 80 0 0\n")]
    public void AnythingElseIsRefused(string answer) => Assert.Equal(
        "MAY1003", Assert.Throws<SandboxConfigurationException>(() => BoundPorts.Read([new PortForward(80, 8080)], answer)).Code);
}
