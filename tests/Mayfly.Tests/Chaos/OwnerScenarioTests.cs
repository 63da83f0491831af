using System.Diagnostics;
using Mayfly.Chaos;
using Mayfly.Tests.Agent;

namespace Mayfly.Tests.Chaos;

/// <summary>Other ways for owners to come to grief than one kill.</summary>
[Trait("Category", "MicroVM")]
public sealed class OwnerScenarioTests : IDisposable
{
    private const int SIGSTOP = 19;
    private const int SIGKILL = 9;
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _cleanLimit = TimeSpan.FromSeconds(2);

    private readonly string _directory = Directory.CreateTempSubdirectory("mft-").FullName;

    private string Root => Path.Combine(_directory, "mayfly");

    [Fact]
    public async Task AStoppedOwnerKeepsItsSandboxUntilItIsKilled()
    {
        using var owner = new OwnerProcess(_directory);
        owner.Tell(OwnerProgram.Linger);
        await owner.Reached(OwnerPhase.Exec).WaitAsync(_deadline);
        _ = Libc.Kill(owner.ProcessId, SIGSTOP);

        // As any other process's start does.
        Assert.Equal(0, (await AgentProcess.RunAsync("reap", Root)).Code);
        Assert.EndsWith(" alive", Assert.Single((await AgentProcess.RunAsync("list", Root)).Lines), StringComparison.Ordinal);

        _ = Libc.Kill(owner.ProcessId, SIGKILL);
        await AssertCleanAsync(owner);
    }

    [Fact]
    public async Task EightOwnersKilledAtOnceLeaveNothing()
    {
        var owners = Enumerable.Range(0, 8).Select(_ => new OwnerProcess(_directory)).ToList();
        try
        {
            owners.ForEach(owner => owner.Tell(OwnerProgram.Live));
            await Task.WhenAll(owners.Select(owner => owner.Reached(OwnerPhase.Booting))).WaitAsync(_deadline);
            await owners[0].Reached(OwnerPhase.Booted).WaitAsync(_deadline);

            owners.ForEach(owner => _ = Libc.Kill(owner.ProcessId, SIGKILL));

            await AssertCleanAsync([.. owners]);
        }
        finally
        {
            owners.ForEach(owner => owner.Dispose());
        }
    }

    [RootTheory]
    [InlineData("nr_inodes=1")]
    [InlineData("nr_inodes=2")]
    [InlineData("nr_inodes=3")]
    [InlineData("nr_inodes=4")]
    [InlineData("nr_inodes=5")]
    [InlineData("nr_inodes=6")]
    [InlineData("nr_inodes=7")]
    [InlineData("nr_inodes=8")]
    [InlineData("nr_inodes=9")]
    [InlineData("nr_inodes=10")]
    [InlineData("nr_inodes=11")]
    [InlineData("nr_inodes=12")]
    [InlineData("size=4k")]
    [InlineData("size=8k")]
    [InlineData("size=12k")]
    [InlineData("size=16k")]
    [InlineData("size=24k")]
    [InlineData("size=64k")]
    [InlineData("size=1m")]
    public async Task AFullDiskIsAClearErrorAndLeavesNothing(string room)
    {
        using var disk = new SmallDisk(room);
        using var owner = new OwnerProcess(disk.Directory);

        owner.Tell(OwnerProgram.LiveCold);
        await owner.Done.WaitAsync(_deadline);

        Assert.True(owner.Phase == OwnerPhase.Done, await owner.ReadErrorsAsync(_deadline));
        Assert.StartsWith("MAY", owner.Failure, StringComparison.Ordinal);
        Assert.Empty(new Remains(owner.Mark, Path.Combine(disk.Directory, "mayfly"), null).Find(owner.ProcessId));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task AssertCleanAsync(params OwnerProcess[] owners)
    {
        var clock = Stopwatch.StartNew();
        foreach (var owner in owners)
        {
            var remains = new Remains(owner.Mark, Root, null);
            IReadOnlyList<string> left;
            while ((left = remains.Find(null)).Count > 0)
            {
                Assert.True(clock.Elapsed < _cleanLimit, string.Join('\n', left));
                await Task.Yield();
            }
        }
    }
}
