using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Protocol;
using Mayfly.Session;
using Mayfly.Transports.Vsock;

namespace Mayfly.Tests.Sandboxes;

/// <summary>What a sandbox makes of calls for vsock, before its endpoint is asked and after that has failed.</summary>
public sealed class SandboxVsockTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(uint.MaxValue)]
    public async Task APortOutOfRangeIsRefused(uint port)
    {
        await using var sandbox = Create(new Machine(), new Endpoint(ErrorCode.VsockRefused));

        foreach (var call in Calls(sandbox, port))
        {
            var error = await Assert.ThrowsAsync<SandboxConfigurationException>(call);
            Assert.Equal(ErrorCode.InvalidOption, error.Code);
            Assert.Contains("1 to 4294967294", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WithoutAVsockDeviceTheRemedyIsNamed()
    {
        await using var sandbox = Create(new Machine(), endpoint: null);

        foreach (var call in Calls(sandbox, 5000))
        {
            var error = await Assert.ThrowsAsync<SandboxConfigurationException>(call);
            Assert.Equal(ErrorCode.VsockMissing, error.Code);
            Assert.Contains("over serial (asked for)", error.Message, StringComparison.Ordinal);
            Assert.Contains("--transport vsock", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task ADisposedSandboxIsDisposedForVsockToo()
    {
        var sandbox = Create(new Machine(), new Endpoint(ErrorCode.VsockRefused));
        await sandbox.DisposeAsync();

        foreach (var call in Calls(sandbox, 5000))
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(call);
        }
    }

    [Fact]
    public async Task ACancelledCallCarriesItsToken()
    {
        await using var sandbox = Create(new Machine(), new Endpoint(ErrorCode.VsockRefused));
        var token = new CancellationToken(canceled: true);

        foreach (var call in Calls(sandbox, 5000, token))
        {
            Assert.Equal(token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(call)).CancellationToken);
        }
    }

    [Fact]
    public async Task ARefusalIsTheEndpointsOwnErrorAtOnce()
    {
        await using var sandbox = Create(new Machine(), new Endpoint(ErrorCode.VsockRefused));

        var error = await Assert.ThrowsAsync<SandboxVsockException>(() => sandbox.ConnectVsockAsync(5000).WithPatience());

        Assert.Equal(ErrorCode.VsockRefused, error.Code);
    }

    [Fact]
    public async Task ALivingMachineThatDoesNotAnswerStaysTheEndpointsErrorAndLives()
    {
        var machine = new Machine();
        await using var sandbox = Create(machine, new Endpoint(ErrorCode.VsockFailed));

        var error = await Assert.ThrowsAsync<SandboxVsockException>(() => sandbox.ConnectVsockAsync(5000).WithPatience());

        Assert.Equal(ErrorCode.VsockFailed, error.Code);
        Assert.False(machine.Ended.IsCompleted);
    }

    [Fact]
    public async Task AMachineThatEndsUnderTheCallTellsWhyAndShowsTheConsole()
    {
        var machine = new Machine();
        await using var sandbox = Create(machine, new Endpoint(ErrorCode.VsockFailed, () => machine.End("the guest panicked")));

        var error = await Assert.ThrowsAsync<SandboxSessionException>(() => sandbox.ConnectVsockAsync(5000).WithPatience());

        Assert.Equal(ErrorCode.GuestDied, error.Code);
        Assert.Contains("vsock port 5000 failed: the guest panicked", error.Message, StringComparison.Ordinal);
        Assert.Contains("last words", error.ConsoleTail, StringComparison.Ordinal);
        Assert.IsType<SandboxVsockException>(error.InnerException);
    }

    [Fact]
    public async Task AMachineThatHasEndedIsNotAskedAnyMore()
    {
        var machine = new Machine();
        machine.End("the guest switched itself off");
        await using var sandbox = Create(machine, new Endpoint(ErrorCode.VsockFailed, () => Assert.Fail("was asked")));

        foreach (var call in Calls(sandbox, 5000))
        {
            var error = await Assert.ThrowsAsync<SandboxSessionException>(call);
            Assert.Equal(ErrorCode.GuestDied, error.Code);
            Assert.Contains("the guest switched itself off", error.Message, StringComparison.Ordinal);
        }
    }

    private static Func<Task>[] Calls(Sandbox sandbox, uint port, CancellationToken cancellationToken = default) =>
        [() => sandbox.ConnectVsockAsync(port, cancellationToken), () => sandbox.ListenVsockAsync(port, cancellationToken)];

    private static Sandbox Create(Machine machine, Endpoint? endpoint)
    {
        var boot = new BootReport("scripted", Acceleration.Tcg, "asked for", "serial", "asked for", "none", [], SandboxStart.Boot, "asked for", 1, TimeSpan.Zero);
        return new Sandbox("0123456789", machine, new Connection(), endpoint, new AsyncStack(), boot, new SandboxOptions());
    }

    private sealed class Machine : IMachine
    {
        private readonly TaskCompletionSource<SandboxEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Machine() => Console.Write("last words\n"u8);

        public int ProcessId => 0;

        public ConsoleLog Console { get; } = new(1024);

        public MachineLimitReport Limits { get; } = new("none", []);

        public Task<SandboxEnd> Ended => _ended.Task;

        public void End(string message) => _ended.SetResult(new SandboxEnd(SandboxEndCause.Panicked, message));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Endpoint(string code, Action? asked = null) : IVsockEndpoint
    {
        public Task<VsockStream> ConnectAsync(uint port, CancellationToken cancellationToken)
        {
            asked?.Invoke();
            throw new SandboxVsockException(code, "as thrown");
        }

        public VsockListener Listen(uint? port)
        {
            asked?.Invoke();
            throw new SandboxVsockException(code, "as thrown");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class Connection : IGuestConnection
    {
        public Hello Guest { get; } = new() { Version = 1, OldestVersion = 1 };

        public Task<string> Closed { get; } = Task.FromResult("never opened");

        public Task<IGuestCommand> StartAsync(ExecRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TransferOutcome> PushAsync(string hostPath, string guestPath, IProgress<long>? bytes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<TransferOutcome> PushFilesAsync(IReadOnlyList<SandboxCopy> files, IProgress<long>? bytes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<TransferOutcome> PullAsync(string guestPath, string hostPath, IProgress<long>? bytes, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<GuestStream> ConnectAsync(ForwardRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IGuestListener> ListenAsync(int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
