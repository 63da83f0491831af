using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>Control groups of version 2 with all controllers, which a guest always has.</summary>
[Trait("Category", "MicroVM")]
public sealed class UnifiedControlGroupTests : IAsyncLifetime
{
    private const string Groups = "/sys/fs/cgroup";

    /// <summary>The root may have processes and pass controllers on all the same; any other group may not.</summary>
    private const string IntoTheRoot = $"echo $$ > {Groups}/cgroup.procs";

    private GuestHost _host = null!;

    public async Task InitializeAsync() => _host = await GuestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task LimitsHoldBelowAGroupThatPassesControllersOn()
    {
        await using var warden = await _host.StartWardenAsync("one", preparation: IntoTheRoot);
        await warden.SendAsync(Plan(askedFor: null, "sleep", "1234").Write());

        Assert.Equal("note limits memory (version 2), cpu (version 2), pids (version 2)", await warden.ReadLineAsync());
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        var group = $"{Groups}/{ResourceNames.ControlGroup("one")}";
        Assert.Equal("67108864\n50000 100000\n64", await _host.ShellAsync($"cat {group}/memory.max {group}/cpu.max {group}/pids.max"));
        Assert.Equal("sleep 1234", await _host.ShellAsync($"tr '\\0' ' ' < /proc/$(cat {group}/cgroup.procs)/cmdline"));

        var (lines, code) = await warden.EndAsync();

        Assert.Equal(["signalled 9"], lines);
        Assert.Equal(0, code);
        await AssertNoGroupsAsync();
    }

    [Fact]
    public async Task AGroupWithProcessesPassesNothingOnAndThatIsSaidWhereItWasNotAskedFor()
    {
        await using var warden = await _host.StartWardenAsync("one", preparation: InAGroupOfItsOwn());
        await warden.SendAsync(Plan(askedFor: null, "sleep", "1234").Write());

        var note = await warden.ReadLineAsync();

        Assert.StartsWith("note limits none; not memory (", note, StringComparison.Ordinal);
        Assert.Contains("has processes", note, StringComparison.Ordinal);
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (await warden.EndAsync()).ExitCode);
        await AssertNoGroupsAsync();
    }

    [Fact]
    public async Task ALimitThatWasAskedForIsHadInANeighbourOfTheOwnersGroup()
    {
        await using var warden = await _host.StartWardenAsync("one", preparation: InAGroupOfItsOwn());
        await warden.SendAsync(Plan(askedFor: "memory", "sleep", "1234").Write());

        Assert.StartsWith("note limits memory (version 2); not cpu (", await warden.ReadLineAsync(), StringComparison.Ordinal);
        Assert.StartsWith("started ", await warden.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("67108864", await _host.ShellAsync($"cat {Groups}/{ResourceNames.ControlGroup("one")}/memory.max"));
        Assert.Equal(0, (await warden.EndAsync()).ExitCode);
        await AssertNoGroupsAsync();
    }

    [Fact]
    public async Task AProgramThatNeedsMoreMemoryIsKilledAndThatIsSaid()
    {
        await using var warden = await _host.StartWardenAsync("one", preparation: IntoTheRoot);

        // It remembers all of a line, and this one has no end.
        Assert.StartsWith("started ", await warden.CarryAsync(Plan(askedFor: null, "tail", "/dev/zero")), StringComparison.Ordinal);

        Assert.Equal("starved", await warden.ReadLineAsync());
        Assert.Equal("signalled 9", await warden.ReadLineAsync());
        Assert.Equal(0, (await warden.EndAsync()).ExitCode);
        await AssertNoGroupsAsync();
    }

    [Fact]
    public async Task TheGroupOfADeadWardenIsReapedWithWhatIsInIt()
    {
        await using var warden = await _host.StartWardenAsync("one", preparation: IntoTheRoot);
        Assert.StartsWith("started ", await warden.CarryAsync(Plan(askedFor: null, "sh", "-c", "sleep 1235 & sleep 1234")), StringComparison.Ordinal);
        await _host.WaitUntilAsync("ps | grep -q '[s]leep 1235'");

        await warden.KillAsync();
        Assert.Equal(["reaped one"], await _host.ReapAsync());

        await AssertNoGroupsAsync();
        Assert.Equal("", await _host.ShellAsync("ps | grep '[s]leep 123' || true"));
    }

    [Fact]
    public async Task AGroupThatWasMadeButNotWrittenDownIsFoundByItsName()
    {
        await using var warden = await _host.StartWardenAsync("one");
        var group = $"{Groups}/deep/er/{ResourceNames.ControlGroup("one")}";
        await _host.ShellAsync($"mkdir -p {group}");
        await warden.KillAsync();

        Assert.Equal(["reaped one"], await _host.ReapAsync());

        await _host.ShellAsync($"test ! -e {group} && rmdir {Groups}/deep/er {Groups}/deep");
    }

    private static string InAGroupOfItsOwn() =>
        $"echo +memory +cpu +pids > {Groups}/cgroup.subtree_control; mkdir -p {Groups}/owner; echo $$ > {Groups}/owner/cgroup.procs";

    private static WardenPlan Plan(string? askedFor, params string[] program) => new()
    {
        Resources =
        [
            ResourceHandle.Of(
                ResourceKind.ControlGroup,
                ("name", ResourceNames.ControlGroup("one")),
                ("memory_bytes", "67108864"),
                ("cpu_percent", "50"),
                ("pids", "64"),
                ($"{askedFor ?? "nothing"}_asked_for", "true")),
        ],
        Program = program,
    };

    private async Task AssertNoGroupsAsync() =>
        Assert.Equal("", await _host.ShellAsync($"find {Groups} -type d -name '{ResourceNames.Prefix}one'"));
}
