using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>What a host can't be put through for a test: clocks that jump, and no memory left.</summary>
[Trait("Category", "MicroVM")]
public sealed class HardTimesTests : IAsyncLifetime
{
    private GuestHost _host = null!;

    public async Task InitializeAsync() => _host = await GuestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task AClockThatJumpsNeitherEndsASandboxNorMakesItImmortal()
    {
        await using var lasting = await _host.StartWardenAsync("lasting");
        await using var brief = await _host.StartWardenAsync("brief");
        Assert.StartsWith("started ", await lasting.CarryAsync(Sleeping(TimeSpan.FromHours(1))), StringComparison.Ordinal);
        Assert.StartsWith("started ", await brief.CarryAsync(Sleeping(TimeSpan.FromSeconds(5))), StringComparison.Ordinal);

        await _host.ShellAsync("date -s 2037-01-01");
        Assert.Empty(await _host.ReapAsync());
        await _host.ShellAsync("date -s 2001-01-01");
        Assert.Empty(await _host.ReapAsync());

        Assert.Equal("expired", await brief.ReadLineAsync());
        Assert.Equal("signalled 9", await brief.ReadLineAsync());
        Assert.Equal("lasting alive", await _host.ShellAsync($"{GuestHost.Agent} list {GuestHost.Root}"));
        Assert.Equal(0, (await lasting.EndAsync()).ExitCode);
        Assert.Equal("", await _host.ShellAsync($"ls {GuestHost.Root}"));
    }

    [Fact]
    public async Task AHostWithoutMemoryLeavesNothing()
    {
        await using var one = await _host.StartWardenAsync("one");
        await using var two = await _host.StartWardenAsync("two");
        Assert.StartsWith("started ", await one.CarryAsync(Sleeping()), StringComparison.Ordinal);

        // It remembers all of a line, and this one has no end: the kernel has to kill somebody.
        var hungry = await _host.Sandbox.ExecAsync(["tail", "/dev/zero"], Patience.Long);
        Assert.NotEqual(ExecEndKind.Exited, hungry.End.Kind);

        Assert.StartsWith("started ", await two.CarryAsync(Sleeping()), StringComparison.Ordinal);
        await one.EndAsync();
        await two.KillAsync();
        await _host.ReapAsync();
        Assert.Equal("", await _host.ShellAsync($"ls {GuestHost.Root}; ps | grep '[s]leep 1234' || true"));
    }

    [Fact]
    public async Task AFullDiskRefusesASandboxAndKeepsNoneFromEnding()
    {
        const string Full = "/tmp/full";
        await _host.ShellAsync($"mkdir {Full}; mount -t tmpfs -o size=256k,mode=700 none {Full}");
        await using var warden = await _host.StartWardenAsync("one", Full);
        Assert.StartsWith("started ", await warden.CarryAsync(Sleeping()), StringComparison.Ordinal);
        await _host.ShellAsync($"cat /dev/zero > {Full}/one/filler 2>&1 || true");

        var refused = await _host.Sandbox.ShellAsync(
            $$"""echo '{"id":"two","created_unix_ms":"0"}' | {{GuestHost.Agent}} warden {{Full}} two""", Patience.Long);

        Assert.StartsWith("failed ", refused.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("No space left", refused.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(0, (await warden.EndAsync()).ExitCode);
        Assert.Equal("", await _host.ShellAsync($"ls {Full}"));
    }

    private static WardenPlan Sleeping(TimeSpan? lifetime = null) => new() { Program = ["sleep", "1234"], Lifetime = lifetime };
}
