using System.Diagnostics;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>Runs a test in a guest: takes a machine, keeps the time, explains what ended it too early, and takes back its files.</summary>
/// <param name="test">The test.</param>
/// <param name="output">Takes what it writes.</param>
internal sealed class GuestTestRun(GuestTest test, GuestTestOutput output)
{
    /// <summary>How long a machine may take to be started, with all that is made for it the first time.</summary>
    private static readonly TimeSpan _startLimit = TimeSpan.FromMinutes(15);

    private long _begun;

    /// <summary>Runs it.</summary>
    /// <param name="shared">The machine it shares with the others of its class; null for one of its own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="MayflyException">It has no result: no machine could be had, its time was up (MAY3030), or its machine or worker died (MAY3032).</exception>
    public async Task<GuestTestResult> RunAsync(GuestClass? shared, CancellationToken cancellationToken)
    {
        using var start = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        start.CancelAfter(_startLimit);
        var seat = shared is null
            ? await GuestSeat.TakeAsync(test, output, start.Token).ConfigureAwait(false)
            : await shared.EnterAsync(test, output, start.Token).ConfigureAwait(false);
        try
        {
            return await RunAsync(seat, shared, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (shared is null)
            {
                await seat.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<GuestTestResult> RunAsync(GuestSeat seat, GuestClass? shared, CancellationToken cancellationToken)
    {
        _begun = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!Debugger.IsAttached && !test.Settings.IsDebugged)
        {
            limit.CancelAfter(test.Settings.Timeout);
        }

        GuestTestResult result;
        try
        {
            result = await seat.Worker.RunAsync(new WorkerRun(shared is null ? WorkerRunKind.LastTest : WorkerRunKind.Test, test.Case, test.Row), output.Write, limit.Token).ConfigureAwait(false)
                ?? throw new InvalidDataException("it has run no test");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var cause = string.Create(CultureInfo.InvariantCulture, $"the test did not end within its deadline of {test.Settings.Timeout.TotalSeconds:0.###} s, and its machine was ended. Raise TimeoutSeconds if the test needs longer.");
            throw new SandboxTestTimeoutException(await EndAsync(seat, shared, cause).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or MayflyException)
        {
            var cause = await GuestDeath.ExplainAsync(seat.Sandbox, exception).ConfigureAwait(false);
            throw new MayflyException(ErrorCode.GuestTestUnfinished, $"the test has no result: {await EndAsync(seat, shared, cause).ConfigureAwait(false)}", exception);
        }

        if (result.Outcome == GuestTestOutcome.Failed)
        {
            output.Note(await KeepAsync(seat, result.Failure!.ToString(), result.HasArtifacts).ConfigureAwait(false) + "\n");
        }
        else if (result.HasArtifacts)
        {
            var folder = await GuestArtifacts.PullAsync(test, seat.Sandbox, cancellationToken).ConfigureAwait(false);
            output.Note($"\nmayfly: the test's files are in {folder}\n");
        }

        return result;
    }

    /// <summary>Ends a machine that has not told the test's result, and says why and what is kept of it.</summary>
    private async Task<string> EndAsync(GuestSeat seat, GuestClass? shared, string cause)
    {
        var kept = await KeepAsync(seat, cause, mayHaveArtifacts: true).ConfigureAwait(false);
        if (shared is not null)
        {
            await shared.EndAsync(cause).ConfigureAwait(false);
        }

        return cause + kept;
    }

    /// <summary>Keeps what may explain a failure, and says where, with the end of the console.</summary>
    private async Task<string> KeepAsync(GuestSeat seat, string failure, bool mayHaveArtifacts)
    {
        var tail = string.Join('\n', seat.Sandbox.Console.GetTail().Select(line => $"  {line}"));
        var console = tail.Length > 0 ? $"\nThe guest's console ended with:\n{tail}" : "";
        try
        {
            GuestArtifacts.Clear(test);
            if (mayHaveArtifacts && !seat.Sandbox.Ended.IsCompleted)
            {
                await PullAfterFailureAsync(seat).ConfigureAwait(false);
            }

            var folder = await GuestArtifacts.KeepAsync(test, seat.Sandbox, Stopwatch.GetElapsedTime(_begun), output.Text, failure + console).ConfigureAwait(false);
            if (test.Settings.IsDebugged)
            {
                await GuestDebugging.WaitAsync(test, seat.Sandbox, output).ConfigureAwait(false);
            }

            return $"{console}\nConsole, output, files and facts of the machine are in {folder}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"{console}\nNothing could be kept of the machine: {exception.Message}";
        }
    }

    private async Task PullAfterFailureAsync(GuestSeat seat)
    {
        try
        {
            await GuestArtifacts.PullAsync(test, seat.Sandbox, CancellationToken.None).ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            output.Note($"\nmayfly: the test's files could not be taken back: {exception.Message}\n");
        }
    }
}
