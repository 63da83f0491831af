using Mayfly.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Mayfly.Hypervisors;

/// <summary>
/// Repeats a boot that stalls. Emulated processors see the host's jitter, and a kernel can wait for ever for a tick it lost,
/// so silence is worth another try, while a panic or a failed hypervisor would only happen again.
/// </summary>
internal sealed class BootWatchdog(TimeProvider time, ILogger logger)
{
    /// <summary>
    /// Each attempt's part of the whole limit. The first has most: stalls are rare, and a boot that is merely slow, because
    /// the host is busy, is not helped by beginning anew.
    /// </summary>
    private static readonly double[] _shares = [0.5, 0.25, 0.25];

    private static readonly double[] _once = [1];

    /// <summary>Boots, and again where it stalls.</summary>
    /// <param name="limit">For all attempts together.</param>
    /// <param name="boot">
    /// One attempt: starts a machine in a directory of its own and waits for the agent's first word. Cancelled when it stalls;
    /// it then disposes of its machine before it throws <see cref="OperationCanceledException"/>.
    /// </param>
    /// <param name="repeats">Whether there may be more than one attempt; a single one has the whole limit.</param>
    /// <param name="cancellationToken">Ends the attempt and makes no other.</param>
    /// <returns>What the attempt returned, and its number.</returns>
    /// <exception cref="SandboxBootException">MAY2001: every attempt stalled.</exception>
    public async Task<(T Result, int Attempt)> RunAsync<T>(
        TimeSpan limit,
        Func<BootAttempt, CancellationToken, Task<T>> boot,
        bool repeats,
        CancellationToken cancellationToken)
    {
        var shares = repeats ? _shares : _once;
        var begun = time.GetTimestamp();
        for (var number = 1; ; number++)
        {
            var share = limit * shares[number - 1];
            var attempt = new BootAttempt(number);
            using var stall = new CancellationTokenSource(share, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
            try
            {
                var result = await boot(attempt, either.Token).ConfigureAwait(false);
                Log.BootBooted(logger, number, (long)time.GetElapsedTime(begun).TotalMilliseconds);
                return (result, number);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (OperationCanceledException e) when (stall.IsCancellationRequested)
            {
                Log.BootStalled(logger, number, shares.Length, share.TotalSeconds, attempt.Phase);
                if (number == shares.Length)
                {
                    throw TimedOut(limit, attempt, shares.Length, e);
                }
            }
        }
    }

    private static SandboxBootException TimedOut(TimeSpan limit, BootAttempt attempt, int attempts, Exception cause) => new(
        ErrorCode.BootTimedOut,
        $"the machine did not boot within {limit.TotalSeconds:0.#} s: attempt {attempt.Number} of {attempts} was still waiting for {attempt.Phase}. The likely cause is a host that is too busy; give it more time by SandboxOptions.BootTimeout",
        attempt.Console?.GetText() ?? "",
        cause);
}
