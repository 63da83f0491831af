using System.Runtime.ExceptionServices;
using Mayfly.Session;

namespace Mayfly;

/// <summary>One command whose output is collected, copied to the caller's streams and told as events.</summary>
/// <param name="argv">The command, for messages.</param>
/// <param name="options">The caller's streams and limits.</param>
/// <param name="emit">Told what happens, by both outputs at once if need be; null for nobody.</param>
/// <param name="time">The clock.</param>
/// <param name="consoleTail">The guest's console, for errors.</param>
internal sealed class CommandRun(
    IReadOnlyList<string> argv,
    ExecOptions options,
    Func<ExecEvent, ValueTask>? emit,
    TimeProvider time,
    Func<string> consoleTail)
{
    private const int ChunkBytes = 64 * 1024;

    private readonly long _begun = time.GetTimestamp();
    private readonly CapturedOutput _output = new(options.MaxCapturedOutput.Bytes);
    private readonly CapturedOutput _error = new(options.MaxCapturedOutput.Bytes);
    private ExceptionDispatchInfo? _callerFailure;

    /// <summary>Pumps the streams until the command has ended.</summary>
    /// <exception cref="ExecCanceledException">The token was cancelled.</exception>
    public async Task<ExecResult> ToEndAsync(IGuestCommand command, CommandWatch watch, CancellationToken cancellationToken)
    {
        if (command.ProcessId != 0)
        {
            options.OnStarted?.Invoke(new ExecControl(command));
            if (emit is not null)
            {
                await emit(new ExecStarted(command.ProcessId)).ConfigureAwait(false);
            }
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var inputStop = new CancellationTokenSource();
        var feeding = FeedAsync(command.Input, stop, inputStop.Token);
        var pumping = Task.WhenAll(
            PumpAsync(command.Output, OutputStream.Output, _output, options.Output, stop),
            PumpAsync(command.Error, OutputStream.Error, _error, options.Error, stop));

        var end = await watch.EndAsync(stop.Token).ConfigureAwait(false);
        await pumping.ConfigureAwait(false);

        // A source that does not heed cancellation, such as a console, must not keep the result waiting.
        await inputStop.CancelAsync().ConfigureAwait(false);
        _ = feeding;

        _callerFailure?.Throw();
        var result = Result(end);
        return cancellationToken.IsCancellationRequested && end.Kind == ExecEndKind.Cancelled
            ? throw new ExecCanceledException(result, cancellationToken)
            : result;
    }

    /// <summary>The result with what was collected so far.</summary>
    public ExecResult Result(ExecEnd end) =>
        new(CommandLine.Quote(argv), end, _output, _error, time.GetElapsedTime(_begun), consoleTail);

    private async Task PumpAsync(Stream source, OutputStream stream, CapturedOutput capture, Stream? sink, CancellationTokenSource stop)
    {
        var buffer = new byte[ChunkBytes];
        while (true)
        {
            int count;
            try
            {
                count = await source.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            }
            catch (SessionBrokenException)
            {
                return;
            }

            if (count == 0)
            {
                return;
            }

            capture.Add(buffer.AsSpan(0, count));
            if (_callerFailure is null)
            {
                await DeliverAsync(stream, buffer.AsMemory(0, count), sink, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>A caller's stream that throws ends the command; what still comes is collected and not delivered.</summary>
    private async Task DeliverAsync(OutputStream stream, ReadOnlyMemory<byte> bytes, Stream? sink, CancellationTokenSource stop)
    {
        try
        {
            if (sink is not null)
            {
                await sink.WriteAsync(bytes, stop.Token).ConfigureAwait(false);
                await sink.FlushAsync(stop.Token).ConfigureAwait(false);
            }

            if (emit is not null)
            {
                await emit(new ExecOutput(stream, bytes.ToArray())).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The command is being ended; its last output is in the result.
        }
#pragma warning disable CA1031 // The caller's own failure, given back to the caller once the command has ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            await FailAsync(exception, stop).ConfigureAwait(false);
        }
    }

    private async Task FeedAsync(Stream input, CancellationTokenSource stop, CancellationToken inputStopped)
    {
        if (options.Input is null)
        {
            return;
        }

        try
        {
            var buffer = new byte[ChunkBytes];
            int count;
            while ((count = await options.Input.ReadAsync(buffer, inputStopped).ConfigureAwait(false)) > 0)
            {
                if (!await WriteAsync(input, buffer.AsMemory(0, count), inputStopped).ConfigureAwait(false))
                {
                    return;
                }
            }

            await input.DisposeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (inputStopped.IsCancellationRequested)
        {
            // The command has ended and wants no more.
        }
#pragma warning disable CA1031 // The caller's own failure, given back to the caller once the command has ended.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (!inputStopped.IsCancellationRequested)
            {
                await FailAsync(exception, stop).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False where the command has ended or closed its input, which is no failure of the caller's.</returns>
    private static async Task<bool> WriteAsync(Stream input, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private Task FailAsync(Exception exception, CancellationTokenSource stop)
    {
        Interlocked.CompareExchange(ref _callerFailure, ExceptionDispatchInfo.Capture(exception), null);
        return stop.CancelAsync();
    }
}
