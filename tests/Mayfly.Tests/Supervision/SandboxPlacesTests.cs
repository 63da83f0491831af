using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

/// <summary>How many sandboxes there may be. Needs the native agent, which build/setup makes.</summary>
[Trait("Category", "MicroVM")]
public sealed class SandboxPlacesTests : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task OneTooManyFailsAtOnceWhereNobodyWantsToWait()
    {
        await using var first = await AdmitAsync("one", Limits(1, SandboxAdmission.Fail));

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => AdmitAsync("two", Limits(1, SandboxAdmission.Fail)));

        Assert.Equal("MAY1021", error.Code);
        Assert.Contains("1 sandboxes", error.Message, StringComparison.Ordinal);
        await using var second = await AdmitAsync("two", Limits(2, SandboxAdmission.Fail));
    }

    [Fact]
    public async Task OneTooManyWaitsUntilAnotherEnds()
    {
        var first = await AdmitAsync("one", Limits(1, SandboxAdmission.Wait));
        var listener = new Listener();
        var second = AdmitAsync("two", Limits(1, SandboxAdmission.Wait), listener);
        await listener.Waiting.WaitAsync(_deadline);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();

        await using var admitted = await second.WaitAsync(_deadline);
        Assert.True(Directory.Exists(admitted.Directory));
    }

    [Fact]
    public async Task ManyAtOnceAreAdmittedOneAfterAnother()
    {
        var most = 0;
        var now = 0;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async number =>
        {
            await using var warden = await AdmitAsync($"s{number}", Limits(2, SandboxAdmission.Wait)).WaitAsync(_deadline);
            InterlockedMaximum(ref most, Interlocked.Increment(ref now));
            Assert.InRange(Directory.GetDirectories(_root).Count(path => !Path.GetFileName(path).StartsWith('.')), 1, 2);
            Interlocked.Decrement(ref now);
        }));

        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task AWaitCanBeGivenUpAndDoesNotHoldUpOthers()
    {
        var first = await AdmitAsync("one", Limits(1, SandboxAdmission.Wait));
        using var cancel = new CancellationTokenSource();
        var listener = new Listener();
        var second = AdmitAsync("two", Limits(1, SandboxAdmission.Wait), listener, cancel.Token);
        await listener.Waiting.WaitAsync(_deadline);

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal(cancel.Token, exception.CancellationToken);
        await first.DisposeAsync();
        await using var third = await AdmitAsync("three", Limits(1, SandboxAdmission.Wait)).WaitAsync(_deadline);
    }

    [Fact]
    public async Task APlaceWhoseOwnerAndWardenAreDeadIsFreed()
    {
        // Made after the first start, which clears such places once.
        await using (await AdmitAsync("zero", Limits(1, SandboxAdmission.Wait)))
        {
        }

        Directory.CreateDirectory(Path.Combine(_root, "dead"));

        await using var admitted = await AdmitAsync("one", Limits(1, SandboxAdmission.Wait)).WaitAsync(_deadline);

        Assert.False(Directory.Exists(Path.Combine(_root, "dead")));
    }

    private static SandboxLimits Limits(int most, SandboxAdmission admission) => new() { Sandboxes = most, Admission = admission };

    private static void InterlockedMaximum(ref int most, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
        }
    }

    private Task<Warden> AdmitAsync(string id, SandboxLimits limits, IProgress<SandboxProgress>? progress = null, CancellationToken cancellationToken = default) =>
        WardenStarter.AdmitAsync(AgentBinary.Locate(), _root, id, "a test", new SandboxOptions { Limits = limits, Progress = progress }, cancellationToken);

    private sealed class Listener : IProgress<SandboxProgress>
    {
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public void Report(SandboxProgress value)
        {
            Assert.StartsWith("waiting for", value.Activity, StringComparison.Ordinal);
            _waiting.TrySetResult();
        }
    }
}
