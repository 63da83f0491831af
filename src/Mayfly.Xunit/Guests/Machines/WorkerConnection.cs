using System.Diagnostics;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Machines;

/// <summary>A conversation with the worker in a guest: one test at a time. Whatever it says is data, and is checked.</summary>
/// <param name="stream">To the worker; this object's to dispose of.</param>
/// <param name="coverage">Takes what is passed in instrumented assemblies; null for nobody.</param>
internal sealed class WorkerConnection(Stream stream, GuestCoverage? coverage = null) : IAsyncDisposable
{
    /// <summary>The first is told of; a frame's worth of memory is held for each.</summary>
    private const int MostProblems = 4;

    /// <summary>Connects to the worker of a machine.</summary>
    /// <exception cref="MayflyException">It does not listen, or the machine has ended.</exception>
    public static async Task<WorkerConnection> OpenAsync(Sandbox sandbox, GuestCoverage? coverage, CancellationToken cancellationToken) =>
        new(await sandbox.ConnectAsync(WorkerCommand.Socket, cancellationToken).ConfigureAwait(false), coverage);

    /// <summary>Has the worker do something.</summary>
    /// <param name="run">A test, most often.</param>
    /// <param name="output">Takes what it writes, as it comes: pieces of lines, and not yet safe to print.</param>
    /// <param name="cancellationToken">Stops listening; the test goes on.</param>
    /// <returns>What the worker has told of it; null where there was no test to run.</returns>
    /// <exception cref="IOException">The connection has ended before the run.</exception>
    /// <exception cref="InvalidDataException">The worker says what it must not.</exception>
    public async Task<GuestTestResult?> RunAsync(WorkerRun run, Action<string> output, CancellationToken cancellationToken)
    {
        await SendAsync(run, cancellationToken).ConfigureAwait(false);
        var begin = Stopwatch.GetTimestamp();
        WorkerMessage? result = null;
        var hasStarted = false;
        var problems = new List<(string, GuestFailure)>();
        while (true)
        {
            var message = await NextAsync(cancellationToken).ConfigureAwait(false);
            switch (message.Kind)
            {
                case WorkerMessageKind.Starting when !hasStarted && result is null:
                    hasStarted = true;
                    break;
                case WorkerMessageKind.Output or WorkerMessageKind.Console:
                    output(message.Text);
                    break;
                case WorkerMessageKind.Passed or WorkerMessageKind.Failed or WorkerMessageKind.Skipped when hasStarted && result is null:
                    result = message;
                    break;
                case WorkerMessageKind.Hits:
                    coverage?.Add(message.Hits!);
                    break;
                case WorkerMessageKind.Problem:
                    if (problems.Count < MostProblems)
                    {
                        problems.Add((GuestText.Neutralise(message.Text), message.Failure!.Neutralised()));
                    }

                    break;
                case WorkerMessageKind.Finished when (result is not null) == run.IsTest:
                    return result is null && problems.Count == 0 ? null : ResultOf(result, problems, Stopwatch.GetElapsedTime(begin)) with { HasArtifacts = message.Text.Length > 0 };
                default:
                    throw new InvalidDataException(result is null ? $"it says '{message.Kind}' of a test that has {(hasStarted ? "no result" : "not begun")}" : $"it says '{message.Kind}' of a test that has a result");
            }
        }
    }

    /// <summary>Ends the conversation, and returns when the worker has closed its side: it then waits for the next one.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await SendAsync(new WorkerRun(WorkerRunKind.Close), cancellationToken).ConfigureAwait(false);
        while (await WorkerFrames.ReadAsync(stream, cancellationToken).ConfigureAwait(false) is not null)
        {
            // What a test has left running may still write.
        }
    }

    /// <summary>Gives the connection up.</summary>
    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task SendAsync(WorkerRun run, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(WorkerFrames.Frame(WorkerFormat.Write(run)), cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<WorkerMessage> NextAsync(CancellationToken cancellationToken) =>
        WorkerFormat.ReadMessage(await WorkerFrames.ReadAsync(stream, cancellationToken).ConfigureAwait(false) ?? throw new EndOfStreamException("the worker has closed the connection"));

    private static GuestTestResult ResultOf(WorkerMessage? result, IReadOnlyList<(string, GuestFailure)> problems, TimeSpan elapsed) => new(
        result?.Kind switch
        {
            WorkerMessageKind.Failed => GuestTestOutcome.Failed,
            WorkerMessageKind.Skipped => GuestTestOutcome.Skipped,
            _ => GuestTestOutcome.Passed,
        },

        // Runners add these up, and a sum has its limits.
        Math.Clamp(result?.Seconds ?? 0, 0, (decimal)elapsed.TotalSeconds),
        result?.Failure?.Neutralised(),
        GuestText.NeutraliseLines(result?.Text ?? ""),
        problems);
}
