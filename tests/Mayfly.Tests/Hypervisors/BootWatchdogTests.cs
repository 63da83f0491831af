using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Hypervisors;

public sealed class BootWatchdogTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly BootWatchdog _watchdog;

    public BootWatchdogTests() => _watchdog = new BootWatchdog(_time, NullLogger.Instance);

    [Fact]
    public async Task ABootThatComesUpIsTheFirstAttempt()
    {
        var (result, attempt) = await _watchdog.RunAsync(_limit, (_, _) => Task.FromResult("up"), repeats: true, default);

        Assert.Equal("up", result);
        Assert.Equal(1, attempt);
    }

    [Fact]
    public async Task StallsAreRepeatedAfterHalfAndThreeQuartersOfTheLimit()
    {
        var (_, attempt) = await _watchdog.RunAsync(
            _limit,
            async (attempt, token) => attempt.Number switch
            {
                1 => await StallAsync(TimeSpan.FromSeconds(30), token),
                2 => await StallAsync(TimeSpan.FromSeconds(15), token),
                _ => 0,
            },
            repeats: true,
            default);

        Assert.Equal(3, attempt);
        Assert.Equal(TimeSpan.FromSeconds(45), _time.Elapsed);
    }

    [Fact]
    public async Task WhatIsNotRepeatedHasTheWholeLimit()
    {
        var error = await Assert.ThrowsAsync<SandboxBootException>(() => _watchdog.RunAsync(
            _limit, (_, token) => StallAsync(TimeSpan.FromSeconds(60), token), repeats: false, default));

        Assert.Equal(TimeSpan.FromSeconds(60), _time.Elapsed);
        Assert.Contains("attempt 1 of 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAttemptJustShortOfItsShareIsLeftAlone()
    {
        var (_, attempt) = await _watchdog.RunAsync(
            _limit,
            (_, token) =>
            {
                _time.Advance(TimeSpan.FromSeconds(29.9));
                token.ThrowIfCancellationRequested();
                return Task.FromResult(0);
            },
            repeats: true,
            default);

        Assert.Equal(1, attempt);
    }

    [Fact]
    public async Task StallsToTheEndNamePhaseLimitAndConsole()
    {
        var error = await Assert.ThrowsAsync<SandboxBootException>(() => _watchdog.RunAsync(
            _limit,
            (attempt, token) =>
            {
                attempt.Phase = "the agent's first word";
                attempt.Console = new ConsoleLog(64);
                attempt.Console.Write("tsc: Unable to calibrate"u8);
                return StallAsync(TimeSpan.FromSeconds(30), token);
            },
            repeats: true,
            default));

        Assert.Equal(ErrorCode.BootTimedOut, error.Code);
        Assert.Contains("within 60 s", error.Message, StringComparison.Ordinal);
        Assert.Contains("the agent's first word", error.Message, StringComparison.Ordinal);
        Assert.Contains("tsc: Unable to calibrate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task APanicIsNotRepeated()
    {
        var attempts = 0;

        await Assert.ThrowsAsync<SandboxBootException>(() => _watchdog.RunAsync<int>(
            _limit,
            (_, _) =>
            {
                attempts++;
                throw new SandboxBootException(ErrorCode.GuestPanicked, "panicked", "");
            },
            repeats: true,
            default));

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task TheCallersCancellationKeepsItsTokenAndIsNotRepeated()
    {
        using var cancelled = new CancellationTokenSource();
        var attempts = 0;

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watchdog.RunAsync(
            _limit,
            async (_, token) =>
            {
                attempts++;
                await cancelled.CancelAsync();
                return await StallAsync(TimeSpan.Zero, token);
            },
            repeats: true,
            cancelled.Token));

        Assert.Equal(cancelled.Token, error.CancellationToken);
        Assert.Equal(1, attempts);
    }

    private Task<int> StallAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        _time.Advance(time);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(0);
    }
}
