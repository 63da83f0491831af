using System.Globalization;
using Mayfly.Protocol;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>An image that is not ours, with a real OpenSSH server.</summary>
[Trait("Category", "MicroVM")]
public sealed class ForeignImageTests
{
    [Fact]
    public async Task ItsServerHasTheSandboxsHostKeyAndNoneOfTheImages()
    {
        await using var machine = await SshMachine.StartForeignAsync(await ForeignImage.GetAsync());

        var result = await machine.RunAsync("root", $"id -u; hostname; stat -c '%a %u' {GuestPaths.SshHostKey} {GuestPaths.SshHostKey}.pub");
        Assert.Equal((0, "0\nsomebodys\n600 0\n644 0\n", ""), result);

        var keys = await HostTool.RunAsync(
            "ssh-keyscan", "-T", "60", "-t", "rsa,ecdsa,ed25519", "-p", machine.Port.ToString(CultureInfo.InvariantCulture), "127.0.0.1");
        var offered = Assert.Single(keys.Output.Split('\n'), line => line.Length > 0 && line[0] != '#');
        Assert.EndsWith(machine.HostKey.PublicLine.Split(' ')[1], offered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHomeDirectoryOfSomebodyElsesKeepsTheKeyOut()
    {
        await using var machine = await SshMachine.StartForeignAsync(await ForeignImage.GetWithStrangeHomeAsync());

        var result = await machine.RunAsync("root", "id");

        Assert.Equal(255, result.ExitCode);
        Assert.Contains("Permission denied (publickey", result.Errors, StringComparison.Ordinal);
        Assert.Contains("bad ownership or modes for directory /root", machine.Machine.Console.GetText(), StringComparison.Ordinal);
    }
}
