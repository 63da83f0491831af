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
        Files =
        [
            new WakeFile("/etc/a b", 0xfff, [0xfb, 0xff, 0xfe, 0], uint.MaxValue, 8, 0),
            new WakeFile("/x", 0, []),
        ],
        Ssh = new SshSettings { AllAddresses = true },
    };

    [Fact]
    public void TheyArriveWhole()
    {
        var read = WakeReader.Read(Encode(_settings));

        Assert.Equal(_settings.Entropy, read.Entropy);
        Assert.Equal(_settings.Files.Select(file => file.Content), read.Files.Select(file => file.Content));
        Assert.Equal(_settings.Files, read.Files.Zip(_settings.Files, (file, sent) => file with { Content = sent.Content }));
        Assert.Equal(_settings, read with { Entropy = _settings.Entropy, Files = _settings.Files, Layers = _settings.Layers });
    }

    [Fact]
    public void WhatIsLeftOutKeepsItsDefaultAndNewerPartsArePassedOver()
    {
        var read = WakeReader.Read(Message(extra: """
            "new":{"a":[1,{}]},"ssh":null,"files":[{"path":"/a","mode":420,"content":"","x":[]}]
            """));

        Assert.Null(read.Ssh);
        var file = Assert.Single(read.Files);
        Assert.Equal(new WakeFile("/a", 420, file.Content), file);
        Assert.Empty(file.Content);
    }

    [Theory]
    [InlineData("hostName", null)]
    [InlineData("hostName", "7")]
    [InlineData("unixTimeMs", null)]
    [InlineData("unixTimeMs", "-1")]
    [InlineData("unixTimeMs", "1.5")]
    [InlineData("entropy", null)]
    [InlineData("entropy", "\"\"")]
    [InlineData("entropy", "\"AAAA\"")]
    [InlineData("entropy", "\"?\"")]
    [InlineData("entropy", "[1,2]")]
    [InlineData("machineId", null)]
    [InlineData("machineId", "\"0123456789ABCDEF0123456789ABCDEF\"")]
    [InlineData("machineId", "\"0123456789abcdef0123456789abcdef0\"")]
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
    public void MalformedOnesAreRefused(string property, string? value) =>
        Assert.Throws<ProtocolException>(() => WakeReader.Read(Message(property, value)));

    [Fact]
    public void WhateverBytesComeTheyAreReadOrRefused()
    {
        var random = new Random(1);
        var message = Encode(_settings);
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

    private static byte[] Encode(WakeSettings settings) => ProtocolJson.Encode(settings, ProtocolJson.Default.WakeSettings);

    /// <summary>A good message, but for one property: another value, or none.</summary>
    private static byte[] Message(string? property = null, string? value = null, string? extra = null)
    {
        var properties = new Dictionary<string, string?>
        {
            ["hostName"] = "\"h\"",
            ["unixTimeMs"] = "1",
            ["entropy"] = $"\"{Convert.ToBase64String(_settings.Entropy)}\"",
            ["machineId"] = $"\"{Id}\"",
        };
        if (property is not null)
        {
            properties[property] = value;
        }

        var texts = properties.Where(pair => pair.Value is not null).Select(pair => $"\"{pair.Key}\":{pair.Value}");
        return Encoding.UTF8.GetBytes($"{{{string.Join(',', extra is null ? texts : texts.Append(extra))}}}");
    }
}
