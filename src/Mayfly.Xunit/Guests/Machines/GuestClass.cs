using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>The machine that the tests of a class share, with their fixtures in it; started for the first of them.</summary>
internal sealed class GuestClass : IAsyncDisposable
{
    private GuestSeat? _seat;
    private GuestTest? _last;
    private string? _cause;

    /// <summary>The machine for a test of the class. Tests of a class run one after another.</summary>
    /// <exception cref="MayflyException">It can't be had, has ended (MAY3031), or is not what this test wants (MAY1001).</exception>
    public async Task<GuestSeat> EnterAsync(GuestTest test, IProgress<SandboxProgress> progress, CancellationToken cancellationToken)
    {
        if (_seat is not null && MachineEnd.Of(_seat.Sandbox) is { } end)
        {
            var cause = _cause ?? $"{end.Cause}: {end.Message}";
            throw new MayflyException(
                ErrorCode.SharedSandboxEnded,
                $"the machine {_seat.Sandbox.Id}, which the tests of the class share (GuestIsolation.Class), has ended in the test {_last!.DisplayName} ({cause}). GuestIsolation.Test gives each test its own.");
        }

        if (_last is not null && _last.Settings.MachineKey != test.Settings.MachineKey)
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"the tests of the class share a machine (GuestIsolation.Class), but {_last.DisplayName} and {test.DisplayName} want different ones. Give their attributes the same options.");
        }

        _seat ??= await GuestSeat.TakeAsync(test, progress, cancellationToken).ConfigureAwait(false);
        _last = test;
        return _seat;
    }

    /// <summary>Ends the machine with a test whose result it has not told: what it says next could be said of either.</summary>
    /// <param name="cause">Why there is no result.</param>
    public async Task EndAsync(string cause)
    {
        _cause = cause.Split('\n')[0];
        await _seat!.Sandbox.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Ends the fixtures and then the machine.</summary>
    /// <exception cref="MayflyException">A fixture failed to be disposed of (MAY3032), or the machine could not be removed wholly (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        if (_seat is null)
        {
            return;
        }

        await using (_seat.ConfigureAwait(false))
        {
            if (!_seat.Sandbox.Ended.IsCompleted)
            {
                await EndFixturesAsync(_seat).ConfigureAwait(false);
            }
        }
    }

    private async Task EndFixturesAsync(GuestSeat seat)
    {
        using var limit = new CancellationTokenSource(_last!.Settings.Timeout);
        try
        {
            var result = await seat.Worker.RunAsync(new WorkerRun(WorkerRunKind.End), _ => { }, limit.Token).ConfigureAwait(false);
            if (result is { Problems: [var (where, failure), ..] })
            {
                throw new MayflyException(ErrorCode.GuestTestUnfinished, $"{where} failed in the guest: {failure}\n{failure.Stacks[0]}");
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new MayflyException(
                ErrorCode.GuestTestUnfinished,
                string.Create(CultureInfo.InvariantCulture, $"the fixtures of the class were not disposed of in the guest within {_last.Settings.Timeout.TotalSeconds:0.###} s, the deadline of a test."),
                exception);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new MayflyException(ErrorCode.GuestTestUnfinished, $"the fixtures of the class could not be disposed of in the guest: {await GuestDeath.ExplainAsync(seat.Sandbox, exception).ConfigureAwait(false)}", exception);
        }
    }
}
