using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>The warden and the reaper where the guest is the host.</summary>
[Trait("Category", "MicroVM")]
public sealed class WardenInAGuestTests : IAsyncLifetime
{
    private GuestHost _host = null!;

    public async Task InitializeAsync() => _host = await GuestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task ASandboxGoesWithItsOwnerAndByTheReaperWhereItsWardenDiedFirst()
    {
        await using var ended = await _host.StartWardenAsync("ended");
        await using var killed = await _host.StartWardenAsync("killed");
        Assert.StartsWith("started ", await ended.CarryAsync(new WardenPlan { Program = ["sleep", "1234"] }), StringComparison.Ordinal);
        Assert.StartsWith("started ", await killed.CarryAsync(new WardenPlan { Program = ["sleep", "1234"] }), StringComparison.Ordinal);

        var (lines, code) = await ended.EndAsync();
        await killed.KillAsync();
        var reaped = await _host.ReapAsync();

        Assert.Equal(["signalled 9"], lines);
        Assert.Equal(0, code);
        Assert.Equal(["reaped killed"], reaped);
        Assert.Equal("", await _host.ShellAsync($"ls {GuestHost.Root}; ps | grep '[s]leep 1234' || true"));
    }
}
