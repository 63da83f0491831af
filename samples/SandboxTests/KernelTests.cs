namespace SandboxTests;

/// <summary>The kernel is the machine's own, so a test may load modules into it and turn its knobs.</summary>
[Trait("Category", "MicroVM")]
public sealed class KernelTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxFact]
    public async Task ItIsNotTheHostsKernel()
    {
        var guest = (await _sandbox.ExecAsync(["cat", "/proc/sys/kernel/random/boot_id"]).Succeeds()).StandardOutput;
        var host = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id");

        Assert.NotEqual(host, guest);
        Assert.Equal(_sandbox.Guest.KernelRelease, (await _sandbox.ExecAsync(["uname", "-r"])).StandardOutput.Trim());
        Assert.NotEqual((await File.ReadAllTextAsync("/proc/version")).Trim(), (await _sandbox.ExecAsync(["cat", "/proc/version"])).StandardOutput.Trim());
    }

    [SandboxFact]
    public async Task AModuleCanBeLoadedAndUnloaded()
    {
        await _sandbox.ExecAsync(["modprobe", "loop"]).Succeeds();
        Assert.True((await _sandbox.ExecAsync(["test", "-d", "/sys/module/loop"])).End.IsSuccess);
        Assert.True((await _sandbox.ExecAsync(["test", "-b", "/dev/loop0"])).End.IsSuccess);

        await _sandbox.ExecAsync(["rmmod", "loop"]).Succeeds();
        Assert.False((await _sandbox.ExecAsync(["test", "-b", "/dev/loop0"])).End.IsSuccess);
    }

    [SandboxFact]
    public async Task AKnobThatConcernsEveryProcessCanBeTurned()
    {
        await _sandbox.ShellAsync("echo 7 > /proc/sys/net/ipv4/ip_default_ttl && ip link set lo up").Succeeds();

        var ping = await _sandbox.ExecAsync(["ping", "-c", "1", "127.0.0.1"]).Succeeds();

        Assert.Contains("ttl=7 ", ping.StandardOutput, StringComparison.Ordinal);
    }
}
