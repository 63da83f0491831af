using Mayfly.Native;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class SandboxDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task DisposalRemovesAllOfItButNothingThatALinkPointsTo()
    {
        var outside = Path.Combine(_root, ".outside");
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "precious"), "");
        var directory = SandboxDirectory.Create(_root, "one");
        Directory.CreateDirectory(Path.Combine(directory.Path, "sub"));
        File.CreateSymbolicLink(Path.Combine(directory.Path, "sub", "link"), outside);
        File.CreateSymbolicLink(Path.Combine(directory.Path, "dangling"), "/no/such/file");

        await directory.DisposeAsync();
        await directory.DisposeAsync();

        Assert.False(Directory.Exists(directory.Path));
        Assert.True(File.Exists(Path.Combine(outside, "precious")));
    }

    [Fact]
    public async Task DisposalBearsADirectoryThatIsGone()
    {
        var directory = SandboxDirectory.Create(_root, "one");
        Directory.Delete(directory.Path, recursive: true);

        await directory.DisposeAsync();
    }

    [Fact]
    public async Task ASweepTakesWhatDeadOwnersLeftAndNothingElse()
    {
        await using var living = SandboxDirectory.Create(_root, "living");
        Directory.CreateDirectory(Path.Combine(_root, "dead"));
        await File.WriteAllTextAsync(Path.Combine(_root, "dead", SandboxDirectory.LockName), "");
        await File.WriteAllTextAsync(Path.Combine(_root, "dead", "qmp.sock"), "");
        Directory.CreateDirectory(Path.Combine(_root, "half-made"));
        Directory.CreateDirectory(Path.Combine(_root, ".others"));
        await File.WriteAllTextAsync(Path.Combine(_root, "file"), "");

        var removed = Debris.Sweep(_root);

        Assert.Equal(2, removed);
        Assert.Equal([".others", "living"], Directory.GetDirectories(_root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(_root, "file")));
    }

    [Fact]
    public async Task TheFirstSandboxOfAProcessSweeps()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dead"));

        await using var directory = SandboxDirectory.Create(_root, "one");

        Assert.False(Directory.Exists(Path.Combine(_root, "dead")));
    }

    [Fact]
    public async Task SweepsBesideStartsTakeNoLivingDirectory()
    {
        using var stop = new CancellationTokenSource();
        var sweeping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Debris.Sweep(_root);
            }
        });

        for (var i = 0; i < 200; i++)
        {
            await using var directory = SandboxDirectory.Create(_root, $"s{i}");
            Assert.True(File.Exists(Path.Combine(directory.Path, SandboxDirectory.LockName)));
        }

        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task ALockIsHeldByOneOpeningUntilItsDisposal()
    {
        await using var directory = SandboxDirectory.Create(_root, "one");
        var path = Path.Combine(directory.Path, SandboxDirectory.LockName);

        Assert.Null(FileLock.TryTake(path));
    }

    [Fact]
    public async Task AnIdIsUsedOnce()
    {
        await using var directory = SandboxDirectory.Create(_root, "one");

        Assert.Throws<IOException>(() => SandboxDirectory.Create(_root, "one"));
        Assert.True(Directory.Exists(directory.Path));
    }
}
