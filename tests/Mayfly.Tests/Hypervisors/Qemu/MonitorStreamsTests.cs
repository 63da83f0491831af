using Mayfly.Diagnostics;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>How a machine's state is written and read again, with a monitor that says what each test has it say.</summary>
#pragma warning disable CA1001 // The test framework calls IAsyncLifetime's disposal.
public sealed class MonitorStreamsTests : IAsyncLifetime
#pragma warning restore CA1001
{
    private const string Completed = """{"event": "MIGRATION", "data": {"status": "completed"}, "timestamp": {}}""";
    private const string Resumed = """{"event": "RESUME", "timestamp": {}}""";

    /// <summary>What a save consists of.</summary>
    private static readonly string[] _saving = ["migrate-set-capabilities", "getfd", "migrate"];

    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedMonitor _monitor = new();
    private readonly MonitorStreams _streams = new(Stream.Null, ByteSize.KiB(16));

    private string StatePath => _folder["state"];

    public async Task InitializeAsync()
    {
        var opening = _streams.OpenControlAsync(_monitor.Client, default);
        await _monitor.GreetAsync();
        await opening.WaitAsync(_deadline);
    }

    public async Task DisposeAsync()
    {
        await _streams.DisposeAsync();
        await _monitor.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task TheStateGoesToANewFileThatNobodyElseReadsByADescriptor()
    {
        var saving = _streams.SaveAsync(StatePath, default);

        Assert.Equal(
            """{"capabilities":[{"capability":"events","state":true},{"capability":"x-ignore-shared","state":true}]}""",
            await _monitor.AnswerAsync("migrate-set-capabilities"));
        Assert.Equal("""{"fdname":"state"}""", await _monitor.AnswerAsync("getfd"));
        RandomAccess.Write(Assert.Single(_monitor.Descriptors), "registers"u8, 0);
        Assert.Equal("""{"uri":"fd:state"}""", await _monitor.AnswerAsync("migrate"));
        await _monitor.SayAsync("""{"event": "MIGRATION", "data": {"status": "setup"}, "timestamp": {}}""");
        await _monitor.SayAsync("""{"event": "MIGRATION", "data": {"status": "active"}, "timestamp": {}}""");
        await _monitor.SayAsync(Completed);

        await saving.WaitAsync(_deadline);
        Assert.Equal("registers", File.ReadAllText(StatePath));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StatePath));
    }

    [Fact]
    public async Task SavingWaitsForTheEndOfTheMigrationAndNotForItsStart()
    {
        var saving = await SaveUntilMigratingAsync();
        await _monitor.SayAsync("""{"event": "MIGRATION", "data": {"status": "active"}, "timestamp": {}}""");

        // What is answered now comes behind the event.
        var learning = _streams.LearnPortsAsync([], default);
        await _monitor.AnswerAsync("human-monitor-command");
        await learning.WaitAsync(_deadline);
        Assert.False(saving.IsCompleted);

        await _monitor.SayAsync(Completed);
        await saving.WaitAsync(_deadline);
    }

    [Theory]
    [InlineData("migrate-set-capabilities")]
    [InlineData("getfd")]
    [InlineData("migrate")]
    public async Task ACommandThatIsRefusedWhileSavingCarriesQemusWords(string refused)
    {
        var saving = _streams.SaveAsync(StatePath, default);
        foreach (var command in _saving.TakeWhile(command => command != refused))
        {
            await _monitor.AnswerAsync(command);
        }

        await _monitor.RefuseAsync(refused, "State blocked by non-migratable device '0000:00:01.0/vhost-vsock'");

        await AssertNotSavedAsync(saving, "State blocked by non-migratable device");
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("cancelled")]
    public async Task AMigrationThatEndsOtherwiseIsAFailure(string status)
    {
        var saving = await SaveUntilMigratingAsync();

        await _monitor.SayAsync($$"""{"event": "MIGRATION", "timestamp": {}, "data": {"status": "{{status}}" } }""");

        await AssertNotSavedAsync(saving, status);
    }

    [Fact]
    public async Task AMonitorThatHangsUpInTheMiddleOfSavingIsAFailure()
    {
        var saving = await SaveUntilMigratingAsync();

        _monitor.HangUp();

        await AssertNotSavedAsync(saving, "the monitor");
    }

    [Fact]
    public async Task AFileThatIsThereAlreadyIsNotWrittenOver()
    {
        File.WriteAllText(StatePath, "of another machine");

        var failure = await Assert.ThrowsAsync<SandboxImageException>(() => _streams.SaveAsync(StatePath, default).WaitAsync(_deadline));

        Assert.Equal(ErrorCode.TemplateFailed, failure.Code);
        Assert.Equal("of another machine", File.ReadAllText(StatePath));
    }

    [Fact]
    public async Task SavingIsGivenUpWithTheCallersToken()
    {
        using var cancel = new CancellationTokenSource();
        var saving = _streams.SaveAsync(StatePath, cancel.Token);
        await _monitor.AnswerAsync("migrate-set-capabilities");

        await cancel.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saving.WaitAsync(_deadline));
        Assert.Equal(cancel.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task ARestoredMachineIsBackWhenItRuns()
    {
        var restoring = _streams.RestoreAsync(3, default);

        Assert.Equal("""{"capabilities":[{"capability":"x-ignore-shared","state":true}]}""", await _monitor.AnswerAsync("migrate-set-capabilities"));
        Assert.Equal("""{"uri":"fd:3"}""", await _monitor.AnswerAsync("migrate-incoming"));
        Assert.False(restoring.IsCompleted);
        await _monitor.SayAsync(Resumed);

        await restoring.WaitAsync(_deadline);
    }

    [Theory]
    [InlineData("migrate-set-capabilities")]
    [InlineData("migrate-incoming")]
    public async Task ACommandThatIsRefusedWhileRestoringCarriesQemusWords(string refused)
    {
        var restoring = _streams.RestoreAsync(3, default);
        if (refused != "migrate-set-capabilities")
        {
            await _monitor.AnswerAsync("migrate-set-capabilities");
        }

        await _monitor.RefuseAsync(refused, "Invalid parameter");

        Assert.Contains("Invalid parameter", (await Assert.ThrowsAsync<QmpException>(() => restoring.WaitAsync(_deadline))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStateThatDoesNotFitEndsTheConversationAndWithItTheRestore()
    {
        var restoring = _streams.RestoreAsync(3, default);
        await _monitor.AnswerAsync("migrate-set-capabilities");
        await _monitor.AnswerAsync("migrate-incoming");

        _monitor.HangUp();

        Assert.Contains("the monitor", (await Assert.ThrowsAsync<QmpException>(() => restoring.WaitAsync(_deadline))).Message, StringComparison.Ordinal);
    }

    private async Task<Task> SaveUntilMigratingAsync()
    {
        var saving = _streams.SaveAsync(StatePath, default);
        await _monitor.AnswerAsync("migrate-set-capabilities");
        await _monitor.AnswerAsync("getfd");
        await _monitor.AnswerAsync("migrate");
        return saving;
    }

    private static async Task AssertNotSavedAsync(Task saving, string why)
    {
        var exception = await Assert.ThrowsAsync<SandboxImageException>(() => saving.WaitAsync(_deadline));
        Assert.Equal(ErrorCode.TemplateFailed, exception.Code);
        Assert.Contains(why, exception.Message, StringComparison.Ordinal);
        Assert.Contains("--cold", exception.Message, StringComparison.Ordinal);
    }
}
