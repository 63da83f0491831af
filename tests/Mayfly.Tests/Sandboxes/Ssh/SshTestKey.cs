using System.Text;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>An ed25519 key that ssh-keygen has made, taken apart by the description of its file (PROTOCOL.key).</summary>
internal sealed class SshTestKey
{
    private const string Begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string End = "-----END OPENSSH PRIVATE KEY-----";

    private SshTestKey(string path)
    {
        Path = path;
        File = System.IO.File.ReadAllBytes(path);
        PublicLine = System.IO.File.ReadAllText($"{path}.pub").Trim();
        var text = Encoding.ASCII.GetString(File).Trim();
        var bytes = Convert.FromBase64String(text[Begin.Length..^End.Length].Replace("\n", "", StringComparison.Ordinal));

        // The secret half is the last string of the private section: 32 bytes of seed, 32 of the public half.
        var position = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 0, 64]) + 4;
        Seed = bytes[position..(position + 32)];
        Public = bytes[(position + 32)..(position + 64)];
        Assert.Equal(Public, Convert.FromBase64String(PublicLine.Split(' ')[1])[^32..]);
    }

    public string Path { get; }

    public byte[] File { get; }

    public string PublicLine { get; }

    public byte[] Seed { get; }

    public byte[] Public { get; }

    public static async Task<SshTestKey> CreateAsync(string path)
    {
        var made = await HostTool.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path);
        Assert.Equal((0, ""), (made.ExitCode, made.Errors));
        return new SshTestKey(path);
    }
}
