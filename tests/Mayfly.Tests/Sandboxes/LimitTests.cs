namespace Mayfly.Tests.Sandboxes;

/// <summary>What the host keeps a machine within.</summary>
[Trait("Category", "MicroVM")]
public sealed class LimitTests
{
    [Fact]
    public async Task AMachineRunsWithinTheGroupsOfItsOwnAndTheyGoWithIt()
    {
        string[] groups;
        await using (var sandbox = await Sandbox.StartAsync(new SandboxOptions { Limits = new SandboxLimits { Cpu = 1.5 } }))
        {
            var name = $"mayfly-{sandbox.Id}";
            groups = [.. Groups(name)];
            Assert.Equal(sandbox.Boot.Limits.StartsWith("none", StringComparison.Ordinal), groups.Length == 0);
            Assert.Equal(groups.Length == 0, sandbox.Boot.MissingLimits.Count > 0);
            Assert.All(groups, group => Assert.NotEmpty(File.ReadAllText($"{group}/cgroup.procs")));
            Assert.Equal(0, (await sandbox.ExecAsync(["true"], Patience.Long)).ExitCode);
        }

        Assert.All(groups, group => Assert.False(Directory.Exists(group)));
    }

    [Fact]
    public async Task ALifetimeEndsAMachineWhoseOwnerForgotIt()
    {
        await using var sandbox = await Sandbox.StartAsync(new SandboxOptions { Limits = new SandboxLimits { Lifetime = TimeSpan.FromSeconds(8) } });
        var footprint = Footprint.Of(sandbox);

        var result = await sandbox.ExecAsync(["sleep", "1000"], Patience.Long).WithPatience();

        Assert.Equal(ExecEndKind.GuestDied, result.End.Kind);
        var end = await sandbox.Ended.WithPatience();
        Assert.Equal(SandboxEndCause.Expired, end.Cause);
        Assert.Contains("lifetime", end.Message, StringComparison.Ordinal);
        footprint.AssertGone();
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(5000.0)]
    public async Task AShareOfTheProcessorThatMakesNoSenseIsRefused(double cpu)
    {
        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() =>
            Sandbox.StartAsync(new SandboxOptions { Limits = new SandboxLimits { Cpu = cpu } }));

        Assert.Equal("MAY1001", error.Code);
        Assert.Contains("Limits.Cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherLimitsThatMakeNoSenseAreRefused()
    {
        SandboxLimits[] wrong =
        [
            new() { HostMemory = ByteSize.MiB(512) },
            new() { Lifetime = TimeSpan.Zero },
            new() { Sandboxes = 0 },
            new() { Admission = (SandboxAdmission)7 },
            new() { Console = ByteSize.KiB(1) },
        ];
        foreach (var limits in wrong)
        {
            var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => Sandbox.StartAsync(new SandboxOptions { Limits = limits }));
            Assert.Equal("MAY1001", error.Code);
        }
    }

    private static IEnumerable<string> Groups(string name) =>
        Directory.EnumerateDirectories("/sys/fs/cgroup", name, new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true });
}
