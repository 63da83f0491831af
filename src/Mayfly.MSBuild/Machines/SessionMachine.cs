namespace Mayfly.MSBuild.Machines;

/// <summary>A machine that the first command starts and that stays for those after it. It takes one command at a time.</summary>
internal sealed class SessionMachine : ISessionMachine
{
    private Sandbox? _sandbox;
    private bool _hasFailed;

    public bool HasEnded => _hasFailed || _sandbox?.Ended.IsCompleted == true;

    public async Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken)
    {
        if (_sandbox is not { } sandbox)
        {
            sandbox = await StartAsync(job.Sandbox, cancellationToken).ConfigureAwait(false);
            _sandbox = sandbox;
            job.OnStarted?.Invoke(sandbox);
        }

        return await job.RunInAsync(sandbox, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One that did not come up is not tried again: the steps so far count as done in it.</summary>
    private async Task<Sandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await Sandbox.StartAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _sandbox, null)?.DisposeAsync() ?? ValueTask.CompletedTask;
}
