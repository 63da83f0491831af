using System.Text;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

/// <summary>What makes a copy of a machine one of its own, read by hand and held against the serializer.</summary>
public sealed class WakeReaderTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";
    private const int Mutations = 20_000;

    private static readonly WakeSettings _settings = new()
    {
        HostName = "clone-ü",
        UnixTimeMs = 1_700_000_000_123,
        Entropy = [.. Enumerable.Range(0, WakeSettings.EntropyBytes).Select(value => (byte)(255 - value))],
        MachineId = Id,
        Parts = new WakeParts
        {
            Files =
            [
                new WakeFile("/etc/a b", 0xfff, [0xfb, 0xff, 0xfe, 0], uint.MaxValue, 8, 0),
                new WakeFile("/x", 0, []),
            ],
            Ssh = new SshSettings { AllAddresses = true },
            Layers = [new LayerSettings { GuestPath = "/l", Disks = ["a", "b"], WritableBytes = 1 }],
        },
    };

    [Fact]
    public void TheyArriveWhole()
    {
        var message = WakeFormat.Encode(_settings);

        foreach (var read in (WakeSettings[])[WakeReader.Read(message), WakeFormat.Decode(message)])
        {
            var (parts, sent) = (read.Parts!, _settings.Parts!);
            Assert.Equal(_settings.Entropy, read.Entropy);
            Assert.Equal(sent.Files.Select(file => file.Content), parts.Files.Select(file => file.Content));
            Assert.Equal(sent.Files, parts.Files.Zip(sent.Files, (file, other) => file with { Content = other.Content }));
            Assert.Equal(sent.Layers[0].Disks, Assert.Single(parts.Layers).Disks);
            Assert.Equal(sent.Layers[0], parts.Layers[0] with { Disks = sent.Layers[0].Disks });
            Assert.Equal(sent.Ssh, parts.Ssh);
            Assert.Equal(_settings, read with { Entropy = _settings.Entropy, Parts = _settings.Parts });
        }
    }

    [Fact]
    public void WhereThereIsNothingButTheIdentityNoJsonIsSent()
    {
        var message = WakeFormat.Encode(_settings with { Parts = new WakeParts() });

        Assert.Equal(WakeFormat.NameOffset + Encoding.UTF8.GetByteCount(_settings.HostName), message.Length);
        Assert.Null(WakeReader.Read(message).Parts);
        Assert.Null(WakeFormat.Decode(message).Parts);
    }

    [Fact]
    public void WhatHasItsPlaceStaysThere()
    {
        var message = WakeFormat.Encode(_settings with { Parts = null });

        Assert.Equal(_settings.Entropy, message[..64]);
        Assert.Equal(_settings.UnixTimeMs, BitConverter.ToInt64(message, 64));
        Assert.Equal(Id, Encoding.ASCII.GetString(message, 72, 32));
        Assert.Equal(8, BitConverter.ToUInt16(message, 104));
        Assert.Equal(_settings.HostName, Encoding.UTF8.GetString(message, 106, 8));
    }

    [Fact]
    public void WhatIsCutShortIsRefused()
    {
        var message = WakeFormat.Encode(_settings with { Parts = null });

        for (var length = 0; length < message.Length; length++)
        {
            var cut = message[..length];
            Assert.Throws<ProtocolException>(() => WakeReader.Read(cut));
            Assert.Throws<ProtocolException>(() => WakeFormat.Decode(cut));
        }
    }

    [Fact]
    public void WhatDoesNotFitItsPlaceIsNotSent()
    {
        foreach (var settings in (WakeSettings[])
            [
                _settings with { Entropy = new byte[WakeSettings.EntropyBytes - 1] },
                _settings with { MachineId = Id + "0" },
                _settings with { HostName = new string('a', ushort.MaxValue + 1) },
            ])
        {
            Assert.Throws<ProtocolException>(() => WakeFormat.Encode(settings));
        }
    }

    [Fact]
    public void AnotherTimeOrIdIsRefused()
    {
        foreach (var settings in (WakeSettings[])
            [
                _settings with { UnixTimeMs = -1 },
                _settings with { MachineId = Id.ToUpperInvariant() },
                _settings with { MachineId = Id[1..] + "ü" },
            ])
        {
            Assert.Throws<ProtocolException>(() => WakeReader.Read(WakeFormat.Encode(settings)));
        }
    }

    [Fact]
    public void WhatIsLeftOutKeepsItsDefaultAndNewerPartsArePassedOver()
    {
        var read = WakeReader.Read(Message("""
            {"new":{"a":[1,{}]},"ssh":null,"files":[{"path":"/a","mode":420,"content":"","x":[]}]}
            """)).Parts!;

        Assert.Null(read.Ssh);
        Assert.Empty(read.Layers);
        var file = Assert.Single(read.Files);
        Assert.Equal(new WakeFile("/a", 420, file.Content), file);
        Assert.Empty(file.Content);
    }

    [Theory]
    [InlineData("files", "{}")]
    [InlineData("files", "[1]")]
    [InlineData("files", "[null]")]
    [InlineData("files", "[[]]")]
    [InlineData("files", """[{"mode":420,"content":""}]""")]
    [InlineData("files", """[{"path":"a","mode":420,"content":""}]""")]
    [InlineData("files", """[{"path":"/","mode":420,"content":""}]""")]
    [InlineData("files", """[{"path":"/a/","mode":420,"content":""}]""")]
    [InlineData("files", """[{"path":"/a\u0000b","mode":420,"content":""}]""")]
    [InlineData("files", """[{"path":"/a","content":""}]""")]
    [InlineData("files", """[{"path":"/a","mode":4096,"content":""}]""")]
    [InlineData("files", """[{"path":"/a","mode":-1,"content":""}]""")]
    [InlineData("files", """[{"path":"/a","mode":420}]""")]
    [InlineData("files", """[{"path":"/a","mode":420,"content":"A"}]""")]
    [InlineData("files", """[{"path":"/a","mode":420,"content":"","userId":-1}]""")]
    [InlineData("files", """[{"path":"/a","mode":420,"content":"","groupId":4294967296}]""")]
    [InlineData("files", """[{"path":"/a","mode":420,"content":"","folderMode":4096}]""")]
    [InlineData("ssh", "true")]
    [InlineData("layers", "{}")]
    [InlineData("layers", """[{"guestPath":"/a","disks":[]}]""")]
    public void MalformedPartsAreRefused(string property, string value) =>
        Assert.Throws<ProtocolException>(() => WakeReader.Read(Message($"{{\"{property}\":{value}}}")));

    [Fact]
    public void WhateverBytesComeTheyAreReadOrRefused()
    {
        var random = new Random(1);
        var message = WakeFormat.Encode(_settings);
        var refused = 0;
        for (var round = 0; round < Mutations; round++)
        {
            var bytes = message.AsSpan(0, random.Next(4) == 0 ? random.Next(message.Length) : message.Length).ToArray();
            for (var change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : message[random.Next(message.Length)];
            }

            try
            {
                Assert.Equal(WakeSettings.EntropyBytes, WakeReader.Read(bytes).Entropy.Length);
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Mutations - 1);
    }

    /// <summary>A good message with this JSON.</summary>
    private static byte[] Message(string parts) => [.. WakeFormat.Encode(_settings with { Parts = null }), .. Encoding.UTF8.GetBytes(parts)];
}
