using Mayfly.Agent.Native;
using Mayfly.Agent.Warden;
using Mayfly.Agent.Warden.Resources;
using Mayfly.Agent.Warden.Resources.ControlGroups;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>With the host's own control groups, whatever their version; what can't be had here must be said.</summary>
public sealed class ControlGroupTests : IDisposable
{
    private readonly SandboxPlace _place = new(Directory.CreateTempSubdirectory("mft-").FullName, $"cg-{Guid.NewGuid():N}"[..12]);
    private readonly ControlGroupKind _kind = new();

    public void Dispose() => Directory.Delete(_place.Root, recursive: true);

    [Fact]
    public void EachLimitHoldsOrIsSaidNotTo()
    {
        using var making = new ResourceMaking(_place, []);

        var made = Wanted().With(_kind.Make(Wanted(), making));

        var limits = making.Notes.Single(note => note.StartsWith("limits ", StringComparison.Ordinal));
        foreach (var controller in (string[])["memory", "cpu", "pids"])
        {
            Assert.Contains(controller, limits, StringComparison.Ordinal);
        }

        var groups = made["paths"]!.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(groups, group => Assert.True(Directory.Exists(group)));
        Assert.Equal(groups.Length, making.Joined.Count);
        foreach (var group in groups.Where(group => File.Exists($"{group}/memory.limit_in_bytes")))
        {
            Assert.Equal("268435456", File.ReadAllText($"{group}/memory.limit_in_bytes").Trim());
        }

        making.Dispose();
        _kind.Release(made, _place);
        _kind.Release(made, _place);
        Assert.All(groups, group => Assert.False(Directory.Exists(group)));
    }

    [Fact]
    public void WhatWasMadeButNotWrittenDownIsFoundByItsName()
    {
        using var making = new ResourceMaking(_place, []);
        var made = Wanted().With(_kind.Make(Wanted(), making));
        making.Dispose();

        Assert.Equal(made["paths"]!.Length > 0 ? 1 : 0, _kind.Find(_place).Count);
        _kind.Release(Wanted(), _place);

        Assert.Empty(_kind.Find(_place));
    }

    [Fact]
    public void AGroupOfAnotherNameIsNotTouchedWhateverTheRecordSays()
    {
        var precious = Path.Combine(_place.Root, "precious");
        Directory.CreateDirectory(precious);

        _kind.Release(ResourceHandle.Of(ResourceKind.ControlGroup, ("paths", precious)), _place);

        Assert.True(Directory.Exists(precious));
    }

    [Fact]
    public async Task AProcessThatIsLeftInTheGroupIsKilledWithIt()
    {
        using var making = new ResourceMaking(_place, []);
        var made = Wanted().With(_kind.Make(Wanted(), making));
        making.Dispose();
        using var sleeper = System.Diagnostics.Process.Start("sleep", "600");
        var groups = made["paths"]!.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        foreach (var group in groups)
        {
            File.WriteAllText($"{group}/cgroup.procs", $"{sleeper.Id}");
        }

        if (groups.Length == 0)
        {
            sleeper.Kill();
        }

        _kind.Release(made, _place);

        await sleeper.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(128 + 9, sleeper.ExitCode);
    }

    [Fact]
    public async Task AProgramThatUsesMoreMemoryThanItsLimitIsKilledAndThatIsSaid()
    {
        using var warden = await WardenProcess.StartAsync();
        var limit = ResourceHandle.Of(ResourceKind.ControlGroup, ("memory_bytes", "33554432"), ("memory_asked_for", "true"));

        // It remembers all of a line, and this one has no end.
        warden.Send(new WardenPlan { Resources = [limit], Program = ["sh", "-c", "exec tail /dev/zero"] }.Write());

        var note = await warden.ReadLineAsync();
        if (note!.StartsWith("note missing memory", StringComparison.Ordinal))
        {
            return;
        }

        Assert.StartsWith("note limits memory", note, StringComparison.Ordinal);
        await warden.ReadStartedAsync();
        Assert.Equal("starved", await warden.ReadLineAsync());
        Assert.Equal("signalled 9", await warden.ReadLineAsync());
    }

    [Fact]
    public void AResourceOfThePlanThatIsNotThereIsAnError()
    {
        using var making = new ResourceMaking(_place, []);

        Assert.Throws<NativeException>(() => making.Get("loop", "nowhere"));
    }

    private ResourceHandle Wanted() => ResourceHandle.Of(
        ResourceKind.ControlGroup,
        ("name", ResourceNames.ControlGroup(_place.Id)),
        ("memory_bytes", "268435456"),
        ("cpu_percent", "50"),
        ("cpu_asked_for", "true"),
        ("pids", "64"));
}
