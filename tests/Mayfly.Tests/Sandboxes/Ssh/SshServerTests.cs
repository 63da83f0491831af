using System.Globalization;

namespace Mayfly.Tests.Sandboxes.Ssh;

/// <summary>The default image's SSH server, with a real machine and the host's own clients.</summary>
[Trait("Category", "MicroVM")]
public sealed class SshServerTests
{
    [Fact]
    public async Task TheHostsOwnClientsReachTheDefaultImageWithPinnedKeys()
    {
        await using var machine = await SshMachine.StartAsync();

        // The first connection succeeds: the agent has said hello, so the server listens.
        var root = await machine.RunAsync("root", "id -u; pwd; echo $MAYFLY $LANG; echo oops >&2; exit 3");
        Assert.Equal((3, "0\n/root\n1 C.UTF-8\n", "oops\n"), root);
        var user = await machine.RunAsync("sandbox", "id -u; pwd; stat -c '%a %U' .ssh .ssh/authorized_keys");
        Assert.Equal((0, "1000\n/home/sandbox\n700 sandbox\n600 sandbox\n", ""), user);
        Assert.Empty(machine.Connection!.Guest.Warnings);

        await CopiesComeBackAsync(machine, "scp", [.. machine.ClientOptions, "-q", "-P", Port(machine)], "scp");
        await CopiesComeBackAsync(machine, "rsync", ["-a", "-e", $"ssh {string.Join(' ', machine.ClientOptions)} -p {Port(machine)}"], "rsync");

        await StrangersStayOutsideAsync(machine);
        Assert.Contains("Pubkey auth succeeded for 'root'", machine.Machine.Console.GetText(), StringComparison.Ordinal);
    }

    private static async Task CopiesComeBackAsync(SshMachine machine, string program, IReadOnlyList<string> options, string name)
    {
        var content = new byte[300_000];
        new Random(name.Length).NextBytes(content);
        await File.WriteAllBytesAsync(machine[$"{name}.out"], content);

        var there = await HostTool.RunAsync(program, [.. options, machine[$"{name}.out"], $"sandbox@127.0.0.1:{name}"]);
        Assert.Equal((0, ""), (there.ExitCode, there.Errors));
        var back = await HostTool.RunAsync(program, [.. options, $"sandbox@127.0.0.1:{name}", machine[$"{name}.in"]]);

        Assert.Equal((0, ""), (back.ExitCode, back.Errors));
        Assert.Equal(content, await File.ReadAllBytesAsync(machine[$"{name}.in"]));
    }

    private static async Task StrangersStayOutsideAsync(SshMachine machine)
    {
        var stranger = await SshTestKey.CreateAsync(machine["stranger"]);
        var arguments = machine.ClientOptions.Select(option => option == machine.ClientKey.Path ? stranger.Path : option);

        var refused = await HostTool.RunAsync("ssh", [.. arguments, "-p", Port(machine), "root@127.0.0.1", "id"]);

        Assert.Equal((255, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("Permission denied (publickey)", refused.Errors, StringComparison.Ordinal);
    }

    private static string Port(SshMachine machine) => machine.Port.ToString(CultureInfo.InvariantCulture);
}
