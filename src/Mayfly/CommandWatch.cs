using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

/// <summary>
/// Finds out how one command ended. The guest enforces the timeout; the host only steps in, by killing the machine,
/// when the agent does not answer in time.
/// </summary>
/// <param name="command">The command.</param>
/// <param name="request">What was asked for it.</param>
/// <param name="machineEnd">Tells why the machine ended, given why the conversation broke.</param>
/// <param name="killMachine">Kills the machine, given why.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandWatch(
    IGuestCommand command,
    ExecRequest request,
    Func<string, Task<SandboxEnd>> machineEnd,
    Func<string, Task> killMachine,
    TimeProvider time)
{
    /// <summary>What the agent may take to answer beyond timeout and grace; a loaded host under emulation is slow.</summary>
    private static readonly TimeSpan AnswerMargin = TimeSpan.FromSeconds(15);

    /// <summary>The agent's heartbeat comes every five seconds; without a sign of life for this long it hangs.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(120);

    /// <summary>How long the agent may take to answer at all.</summary>
    public static TimeSpan AnswerLimit(ExecRequest request) => request.TimeoutMs is { } timeoutMs
        ? TimeSpan.FromMilliseconds(timeoutMs + request.GraceMs) + AnswerMargin
        : SilenceLimit;

    /// <summary>Waits for the end; the token asks the guest to end the command's tree. Never throws.</summary>
    public async Task<ExecEnd> EndAsync(CancellationToken cancellationToken)
    {
        var answerTime = TimeSpan.FromMilliseconds(request.GraceMs) + AnswerMargin;
        var begun = time.GetTimestamp();
        TimeSpan? limit = request.TimeoutMs is null ? null : AnswerLimit(request);
        var cancelled = false;
        try
        {
            while (true)
            {
                try
                {
                    var outcome = await command.Outcome.WaitAsync(NextCheck(begun, limit), time, cancelled ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
                    return Translate(outcome);
                }
                catch (OperationCanceledException) when (!cancelled && cancellationToken.IsCancellationRequested)
                {
                    cancelled = true;
                    begun = time.GetTimestamp();
                    limit = answerTime;
                    await command.ControlAsync(new CancelControl(), CancellationToken.None).ConfigureAwait(false);
                }
                catch (TimeoutException)
                {
                    if (time.GetElapsedTime(begun) >= limit)
                    {
                        const string why = "the agent did not end it within the grace period, so the machine was killed";
                        await killMachine(why).ConfigureAwait(false);
                        return new ExecEnd { Kind = cancelled ? ExecEndKind.Cancelled : ExecEndKind.TimedOut, Message = why };
                    }

                    if (time.GetElapsedTime(command.LastHeardTimestamp) >= SilenceLimit)
                    {
                        var why = $"the agent gave no sign of life for {SilenceLimit.TotalSeconds:0} s, so the machine was killed";
                        await killMachine(why).ConfigureAwait(false);
                        return new ExecEnd { Kind = ExecEndKind.GuestDied, Message = why };
                    }
                }
            }
        }
        catch (SessionBrokenException broken)
        {
            var end = await machineEnd(broken.Message).ConfigureAwait(false);
            return new ExecEnd { Kind = cancelled ? ExecEndKind.Cancelled : ExecEndKind.GuestDied, Message = end.Message };
        }
    }

    private TimeSpan NextCheck(long begun, TimeSpan? limit)
    {
        var untilSilent = SilenceLimit - time.GetElapsedTime(command.LastHeardTimestamp);
        var untilLimit = limit - time.GetElapsedTime(begun) ?? untilSilent;
        var next = untilLimit < untilSilent ? untilLimit : untilSilent;
        return next > TimeSpan.FromMilliseconds(1) ? next : TimeSpan.FromMilliseconds(1);
    }

    private static ExecEnd Translate(ExecOutcome outcome) => new()
    {
        Kind = (ExecEndKind)outcome.Kind,
        ExitCode = outcome.Kind == Protocol.ExecEndKind.Exited ? outcome.ExitCode ?? 0 : null,
        Signal = outcome.Kind == Protocol.ExecEndKind.Signalled ? outcome.Signal ?? 0 : null,
        StartFailure = outcome.Kind == Protocol.ExecEndKind.CouldNotStart ? (ExecStartFailure)(outcome.StartFailure ?? StartFailure.Other) : null,
        Message = outcome.Message is { } message ? GuestText.NeutraliseLines(message) : null,
    };
}
