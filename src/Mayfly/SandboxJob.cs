using Mayfly.Forwarding;

namespace Mayfly;

/// <summary>
/// One command with everything around it: a fresh machine, inputs pushed, the command run, outputs pulled, the machine
/// gone. What a build step and <c>mayfly run</c> are made of. Errors of Mayfly's own are exceptions; the command's end
/// and missing outputs are data, so that only the former may ever be tried again elsewhere.
/// </summary>
public sealed record SandboxJob
{
    /// <summary>Program and arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>What the machine is made of.</summary>
    public SandboxOptions Sandbox { get; init; } = new();

    /// <summary>How the command runs. The timeout bounds the command alone, not boot and transfers.</summary>
    public ExecOptions Exec { get; init; } = new();

    /// <summary>Pushed in this order before the command.</summary>
    public IReadOnlyList<SandboxCopy> Inputs { get; init; } = [];

    /// <summary>Pulled in this order after the command, if it ended in a way that leaves a machine to pull from.</summary>
    public IReadOnlyList<SandboxCopy> Outputs { get; init; } = [];

    /// <summary>Whether outputs are pulled when the command failed as well, as far as they exist. Default: no.</summary>
    public bool PullAfterFailure { get; init; }

    /// <summary>
    /// Ports of the host's loopback that lead into the guest while the machine is there; opened first of all.
    /// <see cref="Mayfly.Sandbox.Forwards"/> tells those that were bound. At most 128.
    /// </summary>
    public IReadOnlyList<LoopbackForward> Forwards { get; init; } = [];

    /// <summary>Ports of the guest's loopback that lead to addresses of the host's choice, likewise. At most 128.</summary>
    public IReadOnlyList<ReverseForward> ReverseForwards { get; init; } = [];

    /// <summary>Told how the machine came up before the command starts; null for nobody.</summary>
    public Action<Sandbox>? OnStarted { get; init; }

    /// <summary>
    /// Whether a cancellation kills the machine at once instead of first ending the command in it with its grace
    /// period. Output that is still on its way is lost then. Default: no.
    /// </summary>
    public bool KillOnCancel { get; init; }

    /// <summary>
    /// How pushes and pulls behave. Where it has no progress of its own, they report to
    /// <see cref="SandboxOptions.Progress"/>.
    /// </summary>
    public TransferOptions Transfer { get; init; } = new();

    /// <summary>Runs the job. Whatever happens, the machine is gone when this returns.</summary>
    /// <param name="cancellationToken">Ends the command, or whatever else goes on.</param>
    /// <exception cref="MayflyException">The job could not be done; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SandboxJobResult> RunAsync(CancellationToken cancellationToken = default)
    {
        ExecRequestFactory.Create(Command, Exec, Exec.Input is not null);
        return (await RunAsync(static (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>
    /// Runs the job and keeps the machine when the command has ended, in whatever way, and the outputs are pulled. Where there
    /// is no command, the machine is kept as soon as the inputs are pushed, and the outputs are not pulled. A machine that died
    /// under the command is not kept.
    /// </summary>
    /// <param name="keep">Told the sandbox and the result, if there was a command; the machine is there until its task completes.</param>
    /// <param name="cancellationToken">Ends the command, or whatever else goes on; with <see cref="KillOnCancel"/> also what is kept.</param>
    /// <returns>The command's result, once the machine is gone; null where there was no command.</returns>
    /// <exception cref="MayflyException">The job could not be done; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the machine was kept.</exception>
    public Task<SandboxJobResult?> RunAndKeepAsync(Func<Sandbox, SandboxJobResult?, Task> keep, CancellationToken cancellationToken = default)
    {
        if (Command.Count > 0)
        {
            ExecRequestFactory.Create(Command, Exec, Exec.Input is not null);
        }

        return RunAsync(
            (sandbox, result) => result?.Exec.End.Kind == ExecEndKind.GuestDied ? Task.CompletedTask : keep(sandbox, result),
            cancellationToken);
    }

    /// <summary>
    /// Runs the job in a machine that is there and stays: pushes, runs, pulls. <see cref="Sandbox"/>, <see cref="OnStarted"/>, the forwards and
    /// <see cref="KillOnCancel"/> do not count. A machine takes one such job at a time.
    /// </summary>
    /// <param name="sandbox">The machine.</param>
    /// <param name="cancellationToken">Ends the command with its grace period, or whatever else goes on.</param>
    /// <exception cref="MayflyException">The job could not be done; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SandboxJobResult> RunInAsync(Sandbox sandbox, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ExecRequestFactory.Create(Command, Exec, Exec.Input is not null);
        RequireInputs();
        return (await RunInAsync(sandbox, static (_, _) => Task.CompletedTask, cancellationToken).ConfigureAwait(false))!;
    }

    private async Task<SandboxJobResult?> RunAsync(Func<Sandbox, SandboxJobResult?, Task> keep, CancellationToken cancellationToken)
    {
        RequireInputs();
        ForwardCheck.Validate(Forwards, ReverseForwards);

        var sandbox = await Mayfly.Sandbox.StartAsync(Sandbox, cancellationToken).ConfigureAwait(false);
        await using (sandbox.ConfigureAwait(false))
        {
            // Disposal is idempotent: the one at the end of this block awaits the one begun here.
            using var kill = KillOnCancel ? cancellationToken.Register(() => _ = sandbox.DisposeAsync().AsTask()) : default;
            try
            {
                await OpenForwardsAsync(sandbox, cancellationToken).ConfigureAwait(false);
                OnStarted?.Invoke(sandbox);
                return await RunInAsync(sandbox, keep, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (KillOnCancel && cancellationToken.IsCancellationRequested && exception is not OperationCanceledException)
            {
                throw new OperationCanceledException("The job was cancelled.", exception, cancellationToken);
            }
        }
    }

    private async Task OpenForwardsAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        foreach (var forward in Forwards)
        {
            await sandbox.ForwardAsync(forward.GuestPort, forward.HostPort, cancellationToken).ConfigureAwait(false);
        }

        foreach (var forward in ReverseForwards)
        {
            await sandbox.ReverseForwardAsync(forward.GuestPort, forward.Target, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<SandboxJobResult?> RunInAsync(Sandbox sandbox, Func<Sandbox, SandboxJobResult?, Task> keep, CancellationToken cancellationToken)
    {
        await PushAsync(sandbox, cancellationToken).ConfigureAwait(false);
        var result = Command.Count > 0 ? await ExecAsync(sandbox, cancellationToken).ConfigureAwait(false) : null;
        await keep(sandbox, result).ConfigureAwait(false);
        return result;
    }

    private async Task PushAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        foreach (var batch in PushBatches.Of(Inputs))
        {
            if (batch.Count > 1 && await TryPushAsync(sandbox, batch, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            foreach (var input in batch)
            {
                await sandbox.PushAsync(input.HostPath, input.GuestPath, Transferring($"pushing '{input.HostPath}' to '{input.GuestPath}'"), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False where one of them needs a push of its own: it goes into a directory that is there, or can't be done, which its own push tells best.</returns>
    private async Task<bool> TryPushAsync(Sandbox sandbox, IReadOnlyList<SandboxCopy> batch, CancellationToken cancellationToken)
    {
        try
        {
            await sandbox.PushFilesAsync(batch, Transferring($"pushing {batch.Count} files"), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (SandboxTransferException)
        {
            return false;
        }
    }

    private async Task<SandboxJobResult> ExecAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        var result = await sandbox.ExecAsync(Command, Exec, cancellationToken).ConfigureAwait(false);
        if (KillOnCancel)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        var (missing, incomplete) = await PullAsync(sandbox, result, cancellationToken).ConfigureAwait(false);
        return new SandboxJobResult(result, missing, sandbox.Boot, sandbox.Guest, sandbox.Console.GetText()) { IncompleteOutputs = incomplete };
    }

    /// <summary>Reports a transfer's bytes where the rest of the long work is reported.</summary>
    private TransferOptions Transferring(string activity) =>
        Transfer.Progress is null && Sandbox.Progress is { } progress
            ? Transfer with { Progress = new TransferActivity(activity, progress) }
            : Transfer;

    private void RequireInputs()
    {
        foreach (var input in Inputs)
        {
            Mayfly.Sandbox.RequireHostSource(input.HostPath);
        }
    }

    private async Task<(IReadOnlyList<SandboxCopy> Missing, IReadOnlyList<SandboxCopy> Incomplete)> PullAsync(Sandbox sandbox, ExecResult result, CancellationToken cancellationToken)
    {
        if (result.End.Kind == ExecEndKind.GuestDied || (!result.End.IsSuccess && !PullAfterFailure))
        {
            return ([], []);
        }

        var missing = new List<SandboxCopy>();
        var incomplete = new List<SandboxCopy>();
        foreach (var output in Outputs)
        {
            try
            {
                var pulled = await sandbox.PullAsync(output.GuestPath, output.HostPath, Transferring($"pulling '{output.GuestPath}' to '{output.HostPath}'"), cancellationToken).ConfigureAwait(false);
                if (pulled.Skipped > 0)
                {
                    incomplete.Add(output);
                }
            }
            catch (SandboxTransferException exception) when (exception.Code == Diagnostics.ErrorCode.GuestPathMissing)
            {
                missing.Add(output);
            }
        }

        return (missing, incomplete);
    }
}
