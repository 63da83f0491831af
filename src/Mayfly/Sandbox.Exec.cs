using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>Runs a command to its end.</summary>
    /// <param name="argv">Program and arguments; no shell is involved.</param>
    /// <param name="options">How it runs; null for the defaults, which include a timeout of 30 s.</param>
    /// <param name="cancellationToken">Ends the command's tree in the guest.</param>
    /// <returns>Its end, whatever it is, and its output. Call <see cref="ExecResult.EnsureSuccess"/> to insist on zero.</returns>
    /// <exception cref="SandboxConfigurationException">The command or an option makes no sense.</exception>
    /// <exception cref="ExecCanceledException">The token was cancelled; holds the output until then.</exception>
    public Task<ExecResult> ExecAsync(IReadOnlyList<string> argv, ExecOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync(argv, options ?? new ExecOptions(), emit: null, cancellationToken);

    /// <summary>Runs <c>/bin/sh -c</c> with the script; otherwise as <see cref="ExecAsync"/>.</summary>
    public Task<ExecResult> ShellAsync(string script, ExecOptions? options = null, CancellationToken cancellationToken = default) =>
        ExecAsync(string.IsNullOrWhiteSpace(script) ? [] : ["/bin/sh", "-c", script], options, cancellationToken);

    /// <summary>
    /// Runs a command and tells what happens as it happens; the last event holds the result. Leaving the loop early
    /// ends the command. A consumer that does not keep up stops the command rather than fill memory.
    /// </summary>
    /// <param name="argv">Program and arguments; no shell is involved.</param>
    /// <param name="options">How it runs; null for the defaults, which include a timeout of 30 s.</param>
    /// <param name="cancellationToken">Ends the command's tree in the guest.</param>
    public async IAsyncEnumerable<ExecEvent> StreamAsync(
        IReadOnlyList<string> argv,
        ExecOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = Channel.CreateBounded<ExecEvent>(1);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producing = ProduceAsync(argv, options ?? new ExecOptions(), events.Writer, cancellationToken, abandon.Token);
        try
        {
            await foreach (var happening in events.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return happening;
            }
        }
        finally
        {
            await abandon.CancelAsync().ConfigureAwait(false);
            await producing.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Starts a command and hands it over: its streams, signals, terminal and end are the caller's business.
    /// <see cref="ExecOptions.Input"/>, <see cref="ExecOptions.Output"/> and <see cref="ExecOptions.Error"/> are not used.
    /// </summary>
    /// <exception cref="SandboxConfigurationException">The command or an option makes no sense.</exception>
    /// <exception cref="SandboxSessionException">The machine has ended (MAY3006).</exception>
    public async Task<SandboxCommand> StartCommandAsync(IReadOnlyList<string> argv, ExecOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(argv);
        var request = ExecRequestFactory.Create(argv, options ?? new ExecOptions(), hasInput: true);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var operation = Observed(argv);
        try
        {
            var command = await BeginAsync(request, cancellationToken).ConfigureAwait(false);
            var completion = Watch(command, request).EndAsync(CancellationToken.None);
            operation?.EndWith(completion);
            return new SandboxCommand(command, completion);
        }
        catch (Exception exception) when (exception is SessionBrokenException or TimeoutException)
        {
            operation?.Fail(exception);
            throw await GuestDiedAsync(exception, $"the command {CommandLine.Quote(argv)} could not be started").ConfigureAwait(false);
        }
    }

    private async Task<ExecResult> RunAsync(
        IReadOnlyList<string> argv,
        ExecOptions options,
        Func<ExecEvent, ValueTask>? emit,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(argv);
        var request = ExecRequestFactory.Create(argv, options, hasInput: options.Input is not null);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();

        using var phase = _trace?.Begin("exec");
        var operation = Observed(argv);
        try
        {
            var result = await RunAsync(argv, options, request, emit, cancellationToken).ConfigureAwait(false);
            operation?.End(result);
            return result;
        }
        catch (Exception exception)
        {
            operation?.Fail(exception);
            throw;
        }
    }

    private async Task<ExecResult> RunAsync(
        IReadOnlyList<string> argv,
        ExecOptions options,
        ExecRequest request,
        Func<ExecEvent, ValueTask>? emit,
        CancellationToken cancellationToken)
    {
        var run = new CommandRun(argv, options, emit, _time, ConsoleTail);
        try
        {
            var command = await BeginAsync(request, cancellationToken).ConfigureAwait(false);
            await using (command.ConfigureAwait(false))
            {
                return await run.ToEndAsync(command, Watch(command, request), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SessionBrokenException broken)
        {
            var end = await MachineEndAsync(broken.Message).ConfigureAwait(false);
            return run.Result(new ExecEnd { Kind = ExecEndKind.GuestDied, Message = end.Message });
        }
        catch (TimeoutException silence)
        {
            return run.Result(new ExecEnd { Kind = request.TimeoutMs is null ? ExecEndKind.GuestDied : ExecEndKind.TimedOut, Message = silence.Message });
        }
    }

    private async Task ProduceAsync(
        IReadOnlyList<string> argv,
        ExecOptions options,
        ChannelWriter<ExecEvent> events,
        CancellationToken cancellationToken,
        CancellationToken abandoned)
    {
        try
        {
            var result = await RunAsync(argv, options, happening => events.WriteAsync(happening, abandoned), abandoned).ConfigureAwait(false);
            await events.WriteAsync(new ExecCompleted(result), abandoned).ConfigureAwait(false);
            events.Complete();
        }
        catch (ExecCanceledException canceled) when (cancellationToken.IsCancellationRequested)
        {
            events.Complete(new ExecCanceledException(canceled.Result, cancellationToken));
        }
#pragma warning disable CA1031 // Handed to the consumer, who is the one to see it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            events.Complete(exception);
        }
    }

    /// <summary>Starts a command; the machine is killed when its agent does not even answer that.</summary>
    /// <exception cref="TimeoutException">That happened; the message says so.</exception>
    private async Task<IGuestCommand> BeginAsync(ExecRequest request, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(CommandWatch.AnswerLimit(request), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _connection.StartAsync(request, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            const string why = "the agent did not answer, so the machine was killed";
            await KillAsync(why).ConfigureAwait(false);
            throw new TimeoutException(why);
        }
    }

    private SandboxOperation? Observed(IReadOnlyList<string> argv) =>
        SandboxObservation.Begin(this, () => $"$ {CommandLine.Quote(argv)}", _time);

    private CommandWatch Watch(IGuestCommand command, ExecRequest request) => new(command, request, MachineEndAsync, KillAsync, _time);

    private async Task<SandboxSessionException> GuestDiedAsync(Exception broken, string what)
    {
        var end = await MachineEndAsync(broken.Message).ConfigureAwait(false);
        return new SandboxSessionException(ErrorCode.GuestDied, $"{what}: {end.Message}", ConsoleTail(), broken);
    }
}
