using System.Globalization;
using System.Text;
using Mayfly.Xunit.Guests.Machines;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>A worker that says what it must not never makes a test pass that has not.</summary>
public sealed class WorkerConnectionTests
{
    private static readonly WorkerRun _run = new(WorkerRunKind.LastTest, "a case");
    private static readonly WorkerMessage _starting = new(WorkerMessageKind.Starting);
    private static readonly WorkerMessage _passed = new(WorkerMessageKind.Passed, Seconds: 0.001m);
    private static readonly WorkerMessage _failed = new(WorkerMessageKind.Failed, Failure: WorkerSamples.Failure);
    private static readonly WorkerMessage _skipped = new(WorkerMessageKind.Skipped, "a reason");
    private static readonly WorkerMessage _problem = new(WorkerMessageKind.Problem, "the clean-up", Failure: WorkerSamples.Failure);
    private static readonly WorkerMessage _finished = new(WorkerMessageKind.Finished);

    [Fact]
    public async Task APassIsOne()
    {
        var result = await RunAsync(_starting, _passed with { Seconds = 0.0000001m }, _finished with { Text = "/artifacts" });

        Assert.Equal((GuestTestOutcome.Passed, 0.0000001m, true), (result.Outcome, result.Seconds, result.HasArtifacts));
        Assert.Null(result.Failure);
        Assert.Empty(result.Problems);
    }

    [Fact]
    public async Task AFailureTellsWhatWasThrown()
    {
        var result = await RunAsync(_starting, _failed, _finished);

        Assert.Equal(GuestTestOutcome.Failed, result.Outcome);
        Assert.Equivalent(WorkerSamples.Failure, result.Failure, strict: true);
        Assert.False(result.HasArtifacts);
    }

    [Fact]
    public async Task ASkipTellsItsReason()
    {
        var result = await RunAsync(_starting, _skipped, _finished);

        Assert.Equal((GuestTestOutcome.Skipped, "a reason"), (result.Outcome, result.SkipReason));
    }

    [Fact]
    public async Task ProblemsBesideAPassAreTold()
    {
        var result = await RunAsync(_starting, _passed, _problem, _finished);

        var (where, failure) = Assert.Single(result.Problems);
        Assert.Equal("the clean-up", where);
        Assert.Equal("outer \u00e4", failure.Messages[0]);
    }

    [Fact]
    public async Task OfEndlessProblemsAFewAreKept()
    {
        var result = await RunAsync([_starting, _passed, .. Enumerable.Repeat(_problem, 1000), _finished]);

        Assert.InRange(result.Problems.Count, 1, 8);
    }

    public static TheoryData<string> Lies => new(
        "P", "F", "S", "e", "oe", "Se", "pe", // no test has begun
        "B", "Be", "Boce", "Bpe", // it has no result
        "BB", "BPB", "BPP", "BPF", "BFP", "BSP", "BPS", "BPpP", "BPeP"); // it has one already; the last is of no test at all

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task WhatDoesNotFollowIsRefused(string script)
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        await worker.SayAsync([.. script.Select(Message)]);
        worker.End();

        var first = await Record.ExceptionAsync(() => worker.Host.RunAsync(_run, _ => { }, CancellationToken.None));
        if (script == "BPeP")
        {
            // A whole test; what comes behind it makes none of the next.
            Assert.Null(first);
            await Assert.ThrowsAsync<InvalidDataException>(() => worker.Host.RunAsync(_run, _ => { }, CancellationToken.None));
        }
        else if (script is "B")
        {
            Assert.IsType<EndOfStreamException>(first);
        }
        else
        {
            Assert.IsType<InvalidDataException>(first);
        }
    }

    [Fact]
    public async Task AnEndAtAnyPointIsNoResult()
    {
        byte[] all = [.. new[] { _starting, new WorkerMessage(WorkerMessageKind.Output, "x"), _passed, _finished }.SelectMany(message => WorkerFrames.Frame(WorkerFormat.Write(message)))];
        for (var length = 0; length < all.Length; length++)
        {
            await using var worker = await ScriptedWorker.ConnectAsync();
            await worker.SayAsync(all.AsMemory(0, length));
            worker.End();

            var exception = await Record.ExceptionAsync(() => worker.Host.RunAsync(_run, _ => { }, CancellationToken.None));
            Assert.True(exception is EndOfStreamException or InvalidDataException, string.Create(CultureInfo.InvariantCulture, $"after {length} bytes: {exception}"));
        }
    }

    [Theory]
    [InlineData("BP")]
    [InlineData("BF")]
    [InlineData("BS")]
    public async Task AResultWithoutAnEndIsNone(string script)
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        await worker.SayAsync([.. script.Select(Message)]);
        worker.End();

        await Assert.ThrowsAsync<EndOfStreamException>(() => worker.Host.RunAsync(_run, _ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task FixturesEndWithoutATest()
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        await worker.SayAsync(_finished, _problem, _finished);

        Assert.Null(await worker.Host.RunAsync(new WorkerRun(WorkerRunKind.End), _ => { }, CancellationToken.None));
        Assert.Single((await worker.Host.RunAsync(new WorkerRun(WorkerRunKind.End), _ => { }, CancellationToken.None))!.Problems);
        Assert.Equal(new WorkerRun(WorkerRunKind.End), await worker.NextRunAsync());
    }

    [Fact]
    public async Task AResultWhereNoTestWasAskedForIsRefused()
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        await worker.SayAsync(_starting, _passed, _finished);

        await Assert.ThrowsAsync<InvalidDataException>(() => worker.Host.RunAsync(new WorkerRun(WorkerRunKind.End), _ => { }, CancellationToken.None));
    }

    [Fact]
    public async Task OutputComesInOrderAndHarmless()
    {
        var told = new StringBuilder();
        var output = new GuestTestOutput(text => told.Append(text));
        await using var worker = await ScriptedWorker.ConnectAsync();
        await worker.SayAsync(new WorkerMessage(WorkerMessageKind.Console, "before\r\n"), _starting, new WorkerMessage(WorkerMessageKind.Output, "\u001b[2Jwithin\n"), _passed, new WorkerMessage(WorkerMessageKind.Console, "behind"), _finished);

        await worker.Host.RunAsync(_run, output.Write, CancellationToken.None);
        output.Close();

        Assert.Equal("before\nwithin\nbehind", told.ToString());
    }

    [Fact]
    public async Task EndlessOutputEndsAtTheLimit()
    {
        var told = 0L;
        var output = new GuestTestOutput(text => told += text.Length);
        var line = new WorkerMessage(WorkerMessageKind.Output, new string('x', WorkerFormat.MostTextChars));
        await using var worker = await ScriptedWorker.ConnectAsync();
        var saying = worker.SayAsync([_starting, .. Enumerable.Repeat(line, 100), _passed, _finished]);

        await worker.Host.RunAsync(_run, output.Write, CancellationToken.None);
        await saying;

        Assert.Equal(told, output.Text.Length);
        Assert.InRange(told, 4 * 1024 * 1024, (4 * 1024 * 1024) + 200);
        Assert.EndsWith("the rest is left out)\n", output.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("79228162514264337593543950335")]
    [InlineData("-79228162514264337593543950335")]
    [InlineData("3600")]
    [InlineData("-1")]
    public async Task ATimeThatCantBeIsNotTold(string seconds)
    {
        var told = decimal.Parse(seconds, CultureInfo.InvariantCulture);

        Assert.InRange((await RunAsync(_starting, _passed with { Seconds = told }, _finished)).Seconds, 0, 600);
        Assert.InRange((await RunAsync(_starting, _failed with { Seconds = told }, _finished)).Seconds, 0, 600);
    }

    [Fact]
    public async Task TextsOfAFailureAreHarmless()
    {
        var failure = new GuestFailure(["a\0b"], ["c\u001bd\r\n::error::x"], ["e\uFFFFf\n  ##[group]"], [-1]);

        var result = await RunAsync(_starting, _failed with { Failure = failure }, _problem with { Text = "\a", Failure = failure }, _finished);

        GuestFailure harmless = new(["a\uFFFDb"], ["c\uFFFDd\n: :error::x"], ["e\uFFFDf\n  # #[group]"], [-1]);
        Assert.Equivalent(harmless, result.Failure, strict: true);
        Assert.Equivalent(("\uFFFD", harmless), result.Problems[0], strict: true);
    }

    [Fact]
    public async Task WhoGivesUpListeningIsFree()
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var running = worker.Host.RunAsync(_run, _ => { }, giveUp.Token);
        Assert.Equal(_run, await worker.NextRunAsync());

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task AWorkerThatHasGoneIsAnEnd()
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        var running = worker.Host.RunAsync(_run, _ => { }, CancellationToken.None);
        await worker.NextRunAsync();
        worker.End();

        await Assert.ThrowsAnyAsync<IOException>(() => running);
    }

    private static async Task<GuestTestResult> RunAsync(params WorkerMessage[] messages)
    {
        await using var worker = await ScriptedWorker.ConnectAsync();
        var saying = worker.SayAsync(messages);
        var result = await worker.Host.RunAsync(_run, _ => { }, CancellationToken.None);
        await saying;
        return result!;
    }

    private static WorkerMessage Message(char character) => character switch
    {
        'B' => _starting,
        'P' => _passed,
        'F' => _failed,
        'S' => _skipped,
        'p' => _problem,
        'e' => _finished,
        'o' => new WorkerMessage(WorkerMessageKind.Output, "o"),
        'c' => new WorkerMessage(WorkerMessageKind.Console, "c"),
        _ => throw new ArgumentOutOfRangeException(nameof(character)),
    };
}
