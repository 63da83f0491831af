using Mayfly.Diagnostics;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Machines that are there before anybody asks.</summary>
[Trait("Category", "MicroVM")]
public sealed class SandboxPoolTests(SandboxPoolTests.SharedTemplate shared) : IClassFixture<SandboxPoolTests.SharedTemplate>
{
    private SandboxTemplate Template => shared.Template;

    [Fact]
    public async Task APoolFillsUpAndReplacesWhatIsTaken()
    {
        var before = Footprint.Directories();
        await using (var pool = new SandboxPool(Template, 2))
        {
            Assert.Equal(2, pool.Size);
            await UntilReadyAsync(pool);
            await using var first = await pool.TakeAsync();
            await using var second = await pool.TakeAsync();
            Assert.NotEqual(first.Id, second.Id);
            Assert.Equal(SandboxStart.Pool, first.Boot.Start);
            Assert.NotEqual(await RandomAsync(first), await RandomAsync(second));
            await UntilReadyAsync(pool);
        }

        Assert.Equal(before, Footprint.Directories());
    }

    [Fact]
    public async Task AMachineThatDiedInThePoolIsGivenToNobody()
    {
        var before = Footprint.Directories();
        await using var pool = new SandboxPool(Template, 1);
        await UntilReadyAsync(pool);
        var footprint = Footprint.OfNew(before);
        footprint.KillMonitor();
        await UntilAsync(() => pool.Ready == 0);

        await using var taken = await pool.TakeAsync().WithPatience();

        Assert.Equal(0, (await taken.ExecAsync(["true"], Patience.Long)).ExitCode);
        footprint.AssertGone();
    }

    [Fact]
    public async Task WhoGivesUpWaitingLeavesTheMachineToTheNext()
    {
        await using var pool = new SandboxPool(Template, 1);
        using var giveUp = new CancellationTokenSource();
        var waiting = pool.TakeAsync(giveUp.Token);
        await giveUp.CancelAsync();
        var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(giveUp.Token, canceled.CancellationToken);

        // The one that was given back, and the one that was to replace it.
        await UntilAsync(() => pool.Ready == 2);
        await using var taken = await pool.TakeAsync();
        Assert.Equal(1, pool.Ready);
    }

    [Fact]
    public async Task APoolThatEndsWhileItFillsLeavesNothing()
    {
        var before = Footprint.Directories();
        var pool = new SandboxPool(Template, 4);
        var waiting = pool.TakeAsync();
        await UntilAsync(() => Footprint.Directories().Count > before.Count);

        await pool.DisposeAsync();
        await pool.DisposeAsync();

        // It may have come in time.
        try
        {
            await (await waiting).DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            Assert.Equal(before, Footprint.Directories());
        }

        Assert.Equal(before, Footprint.Directories());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.TakeAsync());
    }

    [Fact]
    public async Task AtOnceTakersGetDifferentMachines()
    {
        await using var pool = new SandboxPool(Template, 2);

        var taken = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => pool.TakeAsync()))).WithPatience();

        Assert.Equal(6, taken.Select(sandbox => sandbox.Id).Distinct().Count());
        foreach (var sandbox in taken)
        {
            await sandbox.DisposeAsync();
        }
    }

    [Fact]
    public async Task OnlyTheTakersObserverHearsOfAMachine()
    {
        var maker = new Ear();
        var taker = new Ear();
        SandboxPool pool;
        using (Sandbox.Observe(maker))
        {
            pool = new SandboxPool(Template, 2);
            await UntilReadyAsync(pool);
        }

        await using (pool)
        {
            using (Sandbox.Observe(taker))
            {
                await using var taken = await pool.TakeAsync();
                Assert.Equal([taken.Id], taker.Heard);
                await UntilReadyAsync(pool);
                Assert.Equal([taken.Id], taker.Heard);
            }
        }

        Assert.Empty(maker.Heard);
    }

    [Fact]
    public async Task AStartThatFailsIsTheTakersToKnowAndThePoolsToGetOver()
    {
        var limits = new SandboxLimits { Sandboxes = 1, Admission = SandboxAdmission.Fail };
        await using var template = await SandboxTemplate.CreateAsync(Template.Options with { Limits = limits });
        SandboxPool pool;
        await using (await template.StartAsync())
        {
            pool = new SandboxPool(template, 1);
            var refused = await Assert.ThrowsAnyAsync<MayflyException>(() => pool.TakeAsync()).WithPatience();
            Assert.Equal(ErrorCode.TooManySandboxes, refused.Code);
        }

        await using (pool)
        {
            // One that was refused while the other lived may still be on its way to say so.
            await using var taken = await TakeOnceAdmittedAsync(pool).WithPatience();
            Assert.Equal(0, (await taken.ExecAsync(["true"], Patience.Long)).ExitCode);
        }
    }

    [Fact]
    public async Task EachMachineIsExercisedOnceBeforeItIsHandedOut()
    {
        await using var pool = new SandboxPool(Template, 1, async (sandbox, cancellationToken) =>
            (await sandbox.ShellAsync("echo exercised >> /run/exercise", Patience.Long, cancellationToken)).EnsureSuccess());

        await using var first = await pool.TakeAsync().WithPatience();
        await using var second = await pool.TakeAsync().WithPatience();

        Assert.Equal("exercised\n", (await first.ExecAsync(["cat", "/run/exercise"], Patience.Long)).StandardOutput);
        Assert.Equal("exercised\n", (await second.ExecAsync(["cat", "/run/exercise"], Patience.Long)).StandardOutput);
    }

    [Fact]
    public async Task AnExerciseThatFailsIsTheTakersToKnowAndItsMachineIsGone()
    {
        var before = Footprint.Directories();
        var isBroken = true;
        await using (var pool = new SandboxPool(Template, 1, (_, _) => isBroken ? Task.FromException(new InvalidOperationException("no exercise")) : Task.CompletedTask))
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => pool.TakeAsync()).WithPatience();
            Assert.Equal("no exercise", failure.Message);

            isBroken = false;
            await using var taken = await TakeOnceExercisedAsync(pool).WithPatience();
            Assert.Equal(0, (await taken.ExecAsync(["true"], Patience.Long)).ExitCode);
        }

        Assert.Equal(before, Footprint.Directories());
    }

    [Fact]
    public async Task APoolThatEndsGivesUpItsExercises()
    {
        var before = Footprint.Directories();
        var exercising = new TaskCompletionSource();
        var pool = new SandboxPool(Template, 1, async (_, cancellationToken) =>
        {
            exercising.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        await exercising.Task.WithPatience();

        await pool.DisposeAsync().AsTask().WithPatience();

        Assert.Equal(before, Footprint.Directories());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void ASizeOutOfRangeIsRefused(int size) =>
        Assert.Equal(ErrorCode.InvalidOption, Assert.Throws<SandboxConfigurationException>(() => new SandboxPool(Template, size)).Code);

    [Fact]
    public async Task ALifetimeIsRefusedForItWouldBeginInThePool()
    {
        await using var template = await SandboxTemplate.CreateAsync(
            Template.Options with { Limits = new SandboxLimits { Lifetime = TimeSpan.FromSeconds(60) } });

        var refused = Assert.Throws<SandboxConfigurationException>(() => new SandboxPool(template, 1));

        Assert.Equal(ErrorCode.TemplateUnsupported, refused.Code);
        Assert.Contains("Limits.Lifetime", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APoolOfADisposedTemplateSaysSo()
    {
        var template = await SandboxTemplate.CreateAsync(Template.Options, (_, _) => Task.CompletedTask);
        await template.DisposeAsync();
        await using var pool = new SandboxPool(template, 1);

        var disposed = await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.TakeAsync()).WithPatience();

        Assert.Contains(nameof(SandboxTemplate), disposed.ObjectName, StringComparison.Ordinal);
    }

    [Fact]
    public void BigMachinesArePooledOneAtATime() => Assert.Equal(1, SandboxPool.DefaultSize(ByteSize.GiB(64 * 1024)));

    private static async Task<Sandbox> TakeOnceAdmittedAsync(SandboxPool pool)
    {
        while (true)
        {
            try
            {
                return await pool.TakeAsync();
            }
            catch (SandboxConfigurationException exception) when (exception.Code == ErrorCode.TooManySandboxes)
            {
                // The next one is begun by now.
            }
        }
    }

    private static async Task<Sandbox> TakeOnceExercisedAsync(SandboxPool pool)
    {
        while (true)
        {
            try
            {
                return await pool.TakeAsync();
            }
            catch (InvalidOperationException exception) when (exception is not ObjectDisposedException)
            {
                // One that was begun before has yet to say so.
            }
        }
    }

    private static Task UntilReadyAsync(SandboxPool pool) => UntilAsync(() => pool.Ready == pool.Size);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(Patience.Command);
        while (!isSo())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static async Task<string> RandomAsync(Sandbox sandbox) =>
        (await sandbox.ExecAsync(["cat", "/proc/sys/kernel/random/uuid"], Patience.Long)).StandardOutput;

    /// <summary>One template, of which nothing is changed by its clones.</summary>
    public sealed class SharedTemplate : IAsyncLifetime
    {
        public SandboxTemplate Template { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Template = await SandboxTemplate.CreateAsync(SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) });

        public async Task DisposeAsync() => await Template.DisposeAsync();
    }

    private sealed class Ear : ISandboxObserver
    {
        private readonly Lock _lock = new();
        private readonly List<string> _heard = [];

        public IReadOnlyList<string> Heard
        {
            get
            {
                lock (_lock)
                {
                    return [.. _heard];
                }
            }
        }

        public void OnStarted(Sandbox sandbox)
        {
            lock (_lock)
            {
                _heard.Add(sandbox.Id);
            }
        }

        public void OnOperation(SandboxOperation operation)
        {
        }
    }
}
