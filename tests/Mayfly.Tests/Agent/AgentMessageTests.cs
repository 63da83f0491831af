using System.Text;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>The agent reads and writes JSON by hand; both sides must still mean the same.</summary>
public sealed class AgentMessageTests
{
    private static readonly string Key = new('7', VsockSettings.SessionKeyChars);

    public static TheoryData<string> Malformed =>
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        "{}",
        "{} {}",
        """{"op":"fly"}""",
        """{"op":"exec","argv":3}""",
        """{"op":"exec","argv":[3]}""",
        """{"op":"exec","argv":["a"],"graceMs":"soon"}""",
        """{"op":"exec","argv":["a"],"graceMs":99999999999999999999}""",
        """{"op":"exec","argv":["a"],"environment":["A=B"]}""",
        """{"op":"exec","argv":["a"],"terminal":80}""",
        """{"op":"push","path":"/x"}""",
        """{"op":"pull"}""",
        """{"op":"pull","path":"\ud800"}""",
        """{"op":"forward","port":"80"}""",
        """{"op":"forward","port":8589934592}""",
        """{"op":"forward","path":80}""",
        """{"op":"listen"}""",
        """{"op":"listen","port":1.5}""",
        """{"op":"accept"}""",
        """{"op":"accept","connection":"1"}""",
        """{"x":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""",
    ];

    [Fact]
    public void AnExecRequestArrivesWhole()
    {
        var request = new ExecRequest
        {
            Argv = ["sh", "-c", "echo \"ü\"\n", ""],
            WorkingDirectory = "/work",
            Environment = new Dictionary<string, string> { ["A"] = "1", ["B"] = "" },
            User = "sandbox:extra",
            Input = true,
            Terminal = new Mayfly.Protocol.TerminalSize(80, 24),
            TimeoutMs = 30_000,
            GraceMs = 7,
            MemoryBytes = 1L << 40,
            MaxProcesses = 9,
        };

        var read = Assert.IsType<ExecRequest>(RequestReader.Read(Encode(request)));

        Assert.Equal(request.Argv, read.Argv);
        Assert.Equal(request.Environment, read.Environment);
        Assert.Equal(request, read with { Argv = request.Argv, Environment = request.Environment });
    }

    [Fact]
    public void WhatARequestLeavesOutKeepsItsDefault()
    {
        var read = Assert.IsType<ExecRequest>(RequestReader.Read("""{"argv":["true"],"op":"exec","new":{"a":[1,{}]},"user":null}"""u8));

        Assert.Equal(new ExecRequest { Argv = [] }.GraceMs, read.GraceMs);
        Assert.Empty(read.Environment);
        Assert.Null(read.User);
    }

    [Fact]
    public void TransferRequestsArriveWhole()
    {
        var push = new PushRequest { Path = "/work", Name = "a b" };
        var pull = new PullRequest { Path = "/work/out" };

        Assert.Equal(push, RequestReader.Read(Encode(push)));
        Assert.Equal(pull, RequestReader.Read(Encode(pull)));
    }

    [Fact]
    public void ForwardAndFreezeRequestsArriveWhole()
    {
        foreach (var request in (Request[])
            [
                new ForwardRequest { Port = 65535 },
                new ForwardRequest { Path = "/run/x.sock" },
                new ListenRequest { Port = 0 },
                new AcceptRequest { Connection = long.MaxValue },
                new FreezeRequest(),
            ])
        {
            Assert.Equal(request, RequestReader.Read(Encode(request)));
        }
    }

    [Fact]
    public void ControlsArriveWhole()
    {
        foreach (var control in (Control[])[new SignalControl(15), new ResizeControl(new Mayfly.Protocol.TerminalSize(1, 2)), new CancelControl()])
        {
            Assert.Equal(control, ControlReader.Read(ProtocolJson.Encode(control, ProtocolJson.Default.Control)));
        }
    }

    [Fact]
    public void SettingsAndGreetingsArriveWhole()
    {
        var settings = new GuestSettings { HostName = "mayfly-1", UnixTimeMs = 1_700_000_000_123 };
        var vsock = settings with { Vsock = new VsockSettings { AnnouncePort = uint.MaxValue, SessionKey = Key, ServesJson = true }, HasDisks = true };
        var bridged = settings with { Network = new NetworkSettings() };
        var linked = vsock with
        {
            Network = new NetworkSettings { Address = "10.0.2.15", PrefixLength = 30, Gateway = "10.0.2.2", DnsServer = "10.0.2.3", Mtu = 1400 },
        };
        var hello = new Hello { Version = 3, OldestVersion = 2, Software = "mayfly" };

        var ssh = settings with { Ssh = new SshSettings() };
        var wideSsh = linked with { Ssh = new SshSettings { AllAddresses = true }, MachineId = "0123456789abcdef0123456789abcdef" };

        Assert.Equal(ssh, SettingsReader.Read(ProtocolJson.Encode(ssh, ProtocolJson.Default.GuestSettings)));
        Assert.Equal(wideSsh, SettingsReader.Read(ProtocolJson.Encode(wideSsh, ProtocolJson.Default.GuestSettings)));
        Assert.Equal(settings, SettingsReader.Read(ProtocolJson.Encode(settings, ProtocolJson.Default.GuestSettings)));
        Assert.Equal(vsock, SettingsReader.Read(ProtocolJson.Encode(vsock, ProtocolJson.Default.GuestSettings)));
        Assert.Equal(bridged, SettingsReader.Read(ProtocolJson.Encode(bridged, ProtocolJson.Default.GuestSettings)));
        Assert.Equal(linked, SettingsReader.Read(ProtocolJson.Encode(linked, ProtocolJson.Default.GuestSettings)));
        var read = HelloReader.Read(ProtocolJson.Encode(hello, ProtocolJson.Default.Hello));
        Assert.Equal((3, 2), (read.Version, read.OldestVersion));
    }

    [Theory]
    [InlineData("""{"unixTimeMs":1}""")]
    [InlineData("""{"hostName":"h","vsock":{}}""")]
    [InlineData("""{"hostName":"h","vsock":5000}""")]
    [InlineData("""{"hostName":"h","vsock":{"announcePort":-1}}""")]
    [InlineData("""{"hostName":"h","vsock":{"announcePort":4294967296}}""")]
    [InlineData("""{"hostName":"h","vsock":{"announcePort":7}}""")]
    [InlineData("""{"hostName":"h","vsock":{"announcePort":7,"sessionKey":"short"}}""")]
    [InlineData("""{"hostName":"h","network":"user"}""")]
    [InlineData("""{"hostName":"h","ssh":true}""")]
    [InlineData("""{"hostName":"h","ssh":{"allAddresses":1}}""")]
    [InlineData("""{"hostName":"h","network":{"address":15}}""")]
    [InlineData("""{"hostName":"h","network":{"prefixLength":0}}""")]
    [InlineData("""{"hostName":"h","network":{"prefixLength":33}}""")]
    [InlineData("""{"hostName":"h","network":{"mtu":"large"}}""")]
    [InlineData("""{"hostName":"h","machineId":7}""")]
    [InlineData("""{"hostName":"h","machineId":"0123456789abcdef0123456789abcde"}""")]
    [InlineData("""{"hostName":"h","machineId":"0123456789ABCDEF0123456789ABCDEF"}""")]
    [InlineData("""{"hostName":"h","machineId":"0123456789abcdef0123456789abcde\n"}""")]
    public void MalformedSettingsAreRefused(string json) =>
        Assert.Throws<ProtocolException>(() => SettingsReader.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void TheGuestUnderstandsWhatLayersItHas()
    {
        LayerSettings[] layers =
        [
            new() { GuestPath = "/", Disks = ["layer2"] },
            new() { GuestPath = "/opt/a b", Disks = ["layer0", "layer1"], WritableBytes = 1L << 40 },
        ];
        var settings = new GuestSettings { HostName = "h", Layers = layers };

        var read = SettingsReader.Read(ProtocolJson.Encode(settings, ProtocolJson.Default.GuestSettings)).Layers!;

        Assert.Equal(layers.Select(layer => layer.Disks), read.Select(layer => layer.Disks));
        Assert.Equal(layers, read.Select((layer, index) => layer with { Disks = layers[index].Disks }));
        Assert.Empty(SettingsReader.Read("{\"hostName\":\"h\",\"layers\":[]}"u8).Layers!);
        Assert.Null(SettingsReader.Read("{\"hostName\":\"h\"}"u8).Layers);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[null]")]
    [InlineData("[{\"guestPath\":\"opt\",\"disks\":[\"d\"]}]")]
    [InlineData("[{\"guestPath\":\"/opt\",\"disks\":[]}]")]
    [InlineData("[{\"guestPath\":\"/opt\",\"disks\":[null]}]")]
    [InlineData("[{\"guestPath\":\"/opt\",\"disks\":[\"d\"],\"writableBytes\":-1}]")]
    public void MalformedLayersAreRefused(string json) =>
        Assert.Throws<ProtocolException>(() => SettingsReader.Read(Encoding.UTF8.GetBytes($"{{\"hostName\":\"h\",\"layers\":{json}}}")));

    [Fact]
    public void NewerNetworkSettingsAreUnderstoodAsFarAsTheyAreKnown() =>
        Assert.Equal("10.0.2.15", SettingsReader.Read("""{"hostName":"h","network":{"cards":[{}],"address":"10.0.2.15"}}"""u8).Network?.Address);

    [Fact]
    public void NewerVsockSettingsAreUnderstoodAsFarAsTheyAreKnown() =>
        Assert.Equal(7u, SettingsReader.Read(Encoding.UTF8.GetBytes($$$"""{"hostName":"h","vsock":{"new":[{}],"announcePort":7,"sessionKey":"{{{Key}}}"}}""")).Vsock?.AnnouncePort);

    [Theory]
    [MemberData(nameof(Malformed))]
    public void MalformedRequestsAreRefused(string json) =>
        Assert.Throws<ProtocolException>(() => RequestReader.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void TheHostUnderstandsEveryOutcome()
    {
        var outcomes = new List<Outcome>
        {
            new TransferOutcome(1, 2, 3),
            new ClosedOutcome(),
            new FrozenOutcome(),
            new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Exited, ExitCode = 0, DurationMs = 12 },
            new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Signalled, Signal = 9 },
        };
        outcomes.AddRange(Enum.GetValues<Mayfly.Protocol.ExecEndKind>().Select(kind => new ExecOutcome { Kind = kind, Message = "é\"" }));
        outcomes.AddRange(Enum.GetValues<StartFailure>().Select(failure => new ExecOutcome
        {
            Kind = Mayfly.Protocol.ExecEndKind.CouldNotStart,
            StartFailure = failure,
        }));
        outcomes.AddRange(Enum.GetValues<FailureCode>().Select(code => new FailedOutcome(code, "why", "/where")));

        foreach (var outcome in outcomes)
        {
            Assert.Equal(outcome, ProtocolJson.Decode(MessageWriter.Write(outcome), ProtocolJson.Default.Outcome));
        }
    }

    [Fact]
    public void TheHostUnderstandsProgressAndGreeting()
    {
        var hello = new Hello
        {
            Version = 1,
            OldestVersion = 1,
            Software = "s",
            KernelRelease = "k",
            Architecture = "a",
            HostName = "h",
            UptimeMs = 5,
            Failure = "f",
            Warnings = ["one", "two"],
        };

        var read = ProtocolJson.Decode(MessageWriter.Write(hello), ProtocolJson.Default.Hello);

        Assert.Equal(hello.Warnings, read.Warnings);
        Assert.Equal(hello, read with { Warnings = hello.Warnings });
        foreach (var progress in (Progress[])
            [new StartedProgress(7), new HeartbeatProgress(5000), new ConnectedProgress(), new ListeningProgress(65535), new ConnectionProgress(long.MaxValue)])
        {
            Assert.Equal(progress, ProtocolJson.Decode(MessageWriter.Write(progress), ProtocolJson.Default.Progress));
        }
    }

    [Fact]
    public void AMessageThatQuotesAHugeRequestStaysWithinTheLimit()
    {
        var huge = new string('\u0001', 500_000);

        var bytes = MessageWriter.Write(new FailedOutcome(FailureCode.Other, huge, huge));

        Assert.True(bytes.Length <= ProtocolLimits.MaxControlBytes);
    }

    private static byte[] Encode(Request request) => ProtocolJson.Encode(request, ProtocolJson.Default.Request);
}
