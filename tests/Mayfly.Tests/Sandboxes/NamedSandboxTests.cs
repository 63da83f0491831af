using Mayfly.Supervision;

namespace Mayfly.Tests.Sandboxes;

/// <summary>Machines that are found and removed by their names.</summary>
[Trait("Category", "MicroVM")]
public sealed class NamedSandboxTests
{
    [Fact]
    public async Task ASandboxIsFoundByNameAndIdAndRemovedUnderItsOwner()
    {
        var name = $"test-{Guid.NewGuid():N}";
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Name = name });
        var footprint = Footprint.Of(sandbox);
        var command = sandbox.ExecAsync(["sleep", "1000"], Patience.Long);

        var found = await SandboxSupervision.FindAsync(name);
        Assert.Equal((sandbox.Id, name, false, (string?)null), (found.Id, found.Name, found.IsKept, found.SshConfigPath));
        Assert.Equal(name, (await SandboxSupervision.FindAsync(sandbox.Id)).Name);
        var taken = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.StartAsync(new SandboxOptions { Name = name }));
        Assert.Equal("MAY1022", taken.Code);
        Assert.Contains(sandbox.Id, taken.Message, StringComparison.Ordinal);

        var removal = await SandboxSupervision.RemoveAsync(name);

        Assert.Equal((sandbox.Id, 0), (removal.Sandbox.Id, removal.Left.Count));
        Assert.Equal(SandboxEndCause.Removed, (await sandbox.Ended.WithPatience()).Cause);
        Assert.Equal(ExecEndKind.GuestDied, (await command.WithPatience()).End.Kind);
        footprint.AssertGone();
        var unknown = await Assert.ThrowsAsync<SandboxConfigurationException>(() => SandboxSupervision.RemoveAsync(name));
        Assert.Equal("MAY1023", unknown.Code);
        Assert.Contains(name, unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AJobsMachineIsKeptAfterItsCommandUntilTheTaskIsDone()
    {
        var name = $"test-{Guid.NewGuid():N}";
        var job = new SandboxJob { Command = ["sh", "-c", "echo kept > /work; exit 3"], Sandbox = new SandboxOptions { Name = name } };
        Footprint? footprint = null;

        var result = await job.RunAndKeepAsync(async (sandbox, ended) =>
        {
            footprint = Footprint.Of(sandbox);
            Assert.Equal(3, ended!.Exec.ExitCode);
            Assert.Equal("kept\n", (await sandbox.ExecAsync(["cat", "/work"], Patience.Long)).StandardOutput);
        });

        Assert.Equal(3, result!.Exec.ExitCode);
        footprint!.AssertGone();
    }
}
