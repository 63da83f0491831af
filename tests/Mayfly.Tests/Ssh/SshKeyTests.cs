using System.Security.Cryptography;
using Mayfly.Diagnostics;
using Mayfly.Images.Tools;
using Mayfly.Ssh;

namespace Mayfly.Tests.Ssh;

public sealed class SshKeyTests
{
    private const string Line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF7suWYi6rTaT+HJiZ0iQkcfQf3gO1qc5nX42NDgjfPB";

    [Fact]
    public async Task AMadeKeyIsPrivateAndItsHalvesAreKnown()
    {
        using var folder = new TestFolder();
        var ssh = await SshProgram.LocateAsync(CancellationToken.None);

        var key = await SshKeyPair.CreateAsync(ssh, folder["key"], "mayfly-test", CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key.Path));
        Assert.True(SshPublicKey.TryParse(await File.ReadAllTextAsync(key.Path + ".pub"), out var written));
        Assert.Equal(written, key.PublicKey);
        Assert.Equal(written, SshPublicKey.FromRaw(key.PublicKey.Raw.Span));
        Assert.Equal(32, key.Seed.Length);
        await using var asking = ToolProcess.Start(ssh.KeygenPath, ["-l", "-f", key.Path]);
        Assert.Contains(key.PublicKey.Fingerprint, await new StreamReader(asking.Output).ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Contains("mayfly-test", await File.ReadAllTextAsync(key.Path + ".pub"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AKeyIsNeverMadeOverAnother()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder["key"], "precious");

        var error = await Assert.ThrowsAsync<MayflyException>(
            async () => await SshKeyPair.CreateAsync(await SshProgram.LocateAsync(CancellationToken.None), folder["key"], "test", CancellationToken.None));

        Assert.Equal(ErrorCode.ResourceUnavailable, error.Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(folder["key"]));
    }

    [Fact]
    public void AKeyWithAPassphraseOrOfAnotherKindIsRefused()
    {
        using var folder = new TestFolder();
        foreach (var (name, arguments) in ((string, string[])[])[("secret", ["-t", "ed25519", "-N", "secret"]), ("other", ["-t", "ecdsa", "-N", ""])])
        {
            using var making = System.Diagnostics.Process.Start("ssh-keygen", ["-q", .. arguments, "-f", folder[name]]);
            making.WaitForExit();
            Assert.Throws<InvalidDataException>(() => SshPrivateKeyFile.Read(folder[name]));
        }
    }

    [Fact]
    public async Task ADamagedPrivateKeyIsRefusedWhereverItIsCut()
    {
        using var folder = new TestFolder();
        var key = await SshKeyPair.CreateAsync(await SshProgram.LocateAsync(CancellationToken.None), folder["key"], "test", CancellationToken.None);
        var text = await File.ReadAllTextAsync(key.Path);
        var content = Convert.FromBase64String(string.Concat(text.Split('\n').Where(line => !line.StartsWith('-'))));

        // Up to the comment and the padding, which say nothing.
        for (var length = 0; length < content.Length - 24; length++)
        {
            var cut = PemEncoding.WriteString("OPENSSH PRIVATE KEY", content.AsSpan(0, length));
            Assert.Throws<InvalidDataException>(() => SshPrivateKeyFile.Parse(cut));
        }
    }

    [Theory]
    [InlineData(Line)]
    [InlineData(Line + " a comment of words")]
    [InlineData("  " + Line + "\n")]
    [InlineData("ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=")]
    public void APublicKeyIsRead(string line)
    {
        Assert.True(SshPublicKey.TryParse(line, out var key));
        Assert.StartsWith(key.ToString(), line.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 !!!!")]
    [InlineData("ssh-ed25519 AAAA")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIF7suWYi6rTaT+HJiZ0iQkcfQf3gO1qc5nX42NDgjfPB")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF7suWYi6rTaT+HJiZ0iQkcfQf3gO1qc5nX42NDgjQ==")]
    [InlineData(Line + "\n" + Line)]
    public void WhatIsNoPublicKeyIsRefused(string line) => Assert.False(SshPublicKey.TryParse(line, out _));

    [Fact]
    public void AnEndlessLineIsRefused() => Assert.False(SshPublicKey.TryParse(Line + new string(' ', 1024 * 1024), out _));

    [Fact]
    public void KeysAreEqualByTheirBytes()
    {
        Assert.True(SshPublicKey.TryParse(Line, out var one));
        Assert.True(SshPublicKey.TryParse(Line + " other comment", out var same));
        Assert.Equal(one, same);
        Assert.NotEqual(one, SshPublicKey.FromRaw(new byte[32]));
    }

    [Theory]
    [InlineData("OpenSSH_9.2p1 Debian-2+deb12u6, OpenSSL 3.0.19", "9.2")]
    [InlineData("OpenSSH_10.0p2, LibreSSL", "10.0")]
    public void OpenSshsVersionIsRead(string answer, string version) => Assert.Equal(Version.Parse(version), SshProgram.Check("ssh", answer));

    [Theory]
    [InlineData("OpenSSH_7.9p1")]
    [InlineData("Dropbear v2022.83")]
    [InlineData("")]
    public void AnotherClientOrAnOldOneIsRefusedWithARemedy(string answer)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => SshProgram.Check("ssh", answer));

        Assert.Equal(ErrorCode.SshMissing, error.Code);
        Assert.Contains("openssh-client", error.Message, StringComparison.Ordinal);
    }
}
