using System.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class NumberLeaseTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mayfly-test-");

    private string Root => _directory.FullName;

    private IEnumerable<string?> LeaseFiles => Directory.EnumerateFiles(Root).Select(Path.GetFileName).Where(name => name != ".lock").Order();

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task LeasesTakenAtOnceFromFewNumbersAreDistinct()
    {
        const int Count = 40;
        var leases = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Task.Run(() => Take(Count))));

        Assert.Equal(Enumerable.Range(3, Count).Select(number => (uint)number), leases.Select(lease => lease.Number).Order());
        Assert.Equal(Count, LeaseFiles.Count());
        await Task.WhenAll(leases.Select(lease => Task.Run(lease.Dispose)));
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public async Task ANumberIsNeverHeldTwiceWhileLeasesComeAndGo()
    {
        var holders = 0;
        var taken = 0;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                using var lease = NumberLease.TryTake(Root, 5);
                if (lease is not null)
                {
                    Assert.Equal(1, Interlocked.Increment(ref holders));
                    Interlocked.Increment(ref taken);
                    Thread.Yield();
                    Interlocked.Decrement(ref holders);
                }
            }
        })));

        Assert.NotEqual(0, taken);
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public async Task AnotherProcesssNumberIsTakenUntilItDiesAndItsFileIsSweptThen()
    {
        using var owner = StartOwner(7);
        Assert.Equal("locked", await owner.StandardOutput.ReadLineAsync().WaitAsync(Deadline));
        Assert.Null(NumberLease.TryTake(Root, 7));
        Assert.Equal(0, NumberLease.Sweep(Root));

        owner.Kill();
        await owner.WaitForExitAsync().WaitAsync(Deadline);

        using (var lease = NumberLease.TryTake(Root, 7))
        {
            Assert.NotNull(lease);
            Assert.Equal(0, NumberLease.Sweep(Root));
        }

        File.WriteAllText(Path.Combine(Root, "8"), "");
        Assert.Equal(1, NumberLease.Sweep(Root));
        Assert.Empty(LeaseFiles);
    }

    [Fact]
    public void TheFirstLeaseOfAProcessSweeps()
    {
        File.WriteAllText(Path.Combine(Root, "8"), "");

        using var lease = NumberLease.Take(Root, () => 9, _ => true, 1);

        Assert.Equal(["9"], LeaseFiles);
    }

    [Fact]
    public void DisposalIsSafeToRepeatAndWhereTheDirectoryIsGone()
    {
        var lease = Take(5);
        lease.Dispose();
        using var other = NumberLease.TryTake(Root, lease.Number);
        lease.Dispose();
        Assert.Null(NumberLease.TryTake(Root, lease.Number));

        var orphan = NumberLease.TryTake(Path.Combine(_directory.CreateSubdirectory("gone").FullName), 5)!;
        Directory.Delete(Path.Combine(Root, "gone"), recursive: true);
        orphan.Dispose();
    }

    [Fact]
    public void NumbersThatOthersUseArePassedOverAndGivenBack()
    {
        uint next = 20;
        using (var lease = NumberLease.Take(Root, () => next++, number => number >= 22, 3))
        {
            Assert.Equal(22u, lease?.Number);
            Assert.Equal(["22"], LeaseFiles);
        }

        next = 20;
        Assert.Null(NumberLease.Take(Root, () => next++, number => number >= 22, 2));
        Assert.Empty(LeaseFiles);
    }

    private NumberLease Take(int count) => NumberLease.Take(Root, () => (uint)Random.Shared.Next(3, 3 + count), _ => true, 100_000)!;

    private Process StartOwner(uint number)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec 9>>'{Path.Combine(Root, $"{number}")}'; flock -x 9; echo locked; exec cat");
        return Process.Start(start)!;
    }
}
