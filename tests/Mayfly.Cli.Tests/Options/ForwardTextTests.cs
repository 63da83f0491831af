using System.Net;
using Mayfly.Cli.Options;

namespace Mayfly.Cli.Tests.Options;

public sealed class ForwardTextTests
{
    [Theory]
    [InlineData("80", 80, 0)]
    [InlineData(":80", 80, 0)]
    [InlineData("0:80", 80, 0)]
    [InlineData("8080:80", 80, 8080)]
    public void APortLeadsIntoTheGuest(string text, int guest, int host) =>
        Assert.Equal(new LoopbackForward(guest, host), ForwardText.ParseForward(text));

    [Theory]
    [InlineData("5432:5433", 5432, "127.0.0.1", 5433)]
    [InlineData("5432:localhost:5433", 5432, "127.0.0.1", 5433)]
    [InlineData("80:192.0.2.7:8080", 80, "192.0.2.7", 8080)]
    [InlineData("80:[::1]:8080", 80, "::1", 8080)]
    [InlineData("0:8080", 0, "127.0.0.1", 8080)]
    public void APortLeadsOutOfTheGuest(string text, int guest, string address, int host) =>
        Assert.Equal(new ReverseForward(guest, new IPEndPoint(IPAddress.Parse(address), host)), ForwardText.ParseReverse(text));

    [Theory]
    [InlineData("")]
    [InlineData("http")]
    [InlineData("80:")]
    [InlineData("-1:80")]
    [InlineData("1:2:3")]
    [InlineData("127.0.0.1:8080:80")]
    public void AForwardThatCantBeReadIsAUsageError(string text) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => ForwardText.ParseForward(text)).Code);

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData(":80")]
    [InlineData("80:")]
    [InlineData("80:99999")]
    [InlineData("80:8080:8081")]
    [InlineData("80:::1:8081")]
    [InlineData("80:[nowhere]:81")]
    [InlineData("80:example.org:81")]
    public void AReverseForwardThatCantBeReadIsAUsageError(string text) =>
        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => ForwardText.ParseReverse(text)).Code);
}
