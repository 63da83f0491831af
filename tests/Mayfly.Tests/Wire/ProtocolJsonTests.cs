using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Tests.Wire;

public sealed class ProtocolJsonTests
{
    [Fact]
    public void ARequestKeepsItsKindAndLeavesNullsOut()
    {
        Request request = new ExecRequest { Argv = ["sh", "-c", "true"], TimeoutMs = 5 };

        var json = ProtocolJson.Encode(request, ProtocolJson.Default.Request);

        Assert.Equal("""{"op":"exec","argv":["sh","-c","true"],"environment":{},"input":false,"timeoutMs":5,"graceMs":2000}""", Encoding.UTF8.GetString(json));
        var read = Assert.IsType<ExecRequest>(ProtocolJson.Decode(json, ProtocolJson.Default.Request));
        Assert.Equal(["sh", "-c", "true"], read.Argv);
    }

    [Fact]
    public void PropertiesOfANewerPeerAreIgnored()
    {
        var read = ProtocolJson.Decode("""{"what":"heartbeat","elapsedMs":7,"mood":"good"}"""u8, ProtocolJson.Default.Progress);

        Assert.Equal(new HeartbeatProgress(7), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nul")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"result\":\"unheard of\"}")]
    [InlineData("{\"result\":\"exec\"}")]
    [InlineData("{\"result\":\"failed\",\"code\":\"NoSuchCode\",\"message\":\"m\"}")]
    [InlineData("[{\"result\":\"exec\"}]")]
    public void WhatIsNoOutcomeIsRefused(string json) =>
        Assert.Throws<ProtocolException>(() => ProtocolJson.Decode(Encoding.UTF8.GetBytes(json), ProtocolJson.Default.Outcome));

    [Fact]
    public void AMessageLargerThanAFrameIsRefused()
    {
        Request request = new ExecRequest { Argv = [new string('x', ProtocolLimits.MaxControlBytes)] };

        Assert.Throws<ProtocolException>(() => ProtocolJson.Encode(request, ProtocolJson.Default.Request));
    }
}
