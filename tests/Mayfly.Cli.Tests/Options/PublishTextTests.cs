using System.Net;
using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class PublishTextTests
{
    [Theory]
    [InlineData("8080:80", "127.0.0.1", 8080, 80, PortProtocol.Tcp)]
    [InlineData("0:80", "127.0.0.1", 0, 80, PortProtocol.Tcp)]
    [InlineData(":80", "127.0.0.1", 0, 80, PortProtocol.Tcp)]
    [InlineData(":53/udp", "127.0.0.1", 0, 53, PortProtocol.Udp)]
    [InlineData("0.0.0.0::80/tcp", "0.0.0.0", 0, 80, PortProtocol.Tcp)]
    [InlineData("192.0.2.1:8080:80", "192.0.2.1", 8080, 80, PortProtocol.Tcp)]
    public void APortIsPublishedWhereItIsSaid(string text, string address, int host, int guest, PortProtocol protocol) =>
        Assert.Equal(new PortForward(guest, host) { HostAddress = IPAddress.Parse(address), Protocol = protocol }, PublishText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("8080:")]
    [InlineData("8080:http")]
    [InlineData("-1:80")]
    [InlineData("80:80/sctp")]
    [InlineData("80:80/")]
    [InlineData(":8080:80")]
    [InlineData("8080:8080:80")]
    [InlineData("::1:8080:80")]
    [InlineData("localhost:8080:80")]
    public void AnythingElseIsRefused(string text) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => PublishText.Parse(text)).Code);
}
