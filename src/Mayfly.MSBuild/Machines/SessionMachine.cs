namespace Mayfly.MSBuild.Machines;

/// <summary>A machine that the first command starts and that stays for those after it. It takes one command at a time.</summary>
internal sealed class SessionMachine : ISessionMachine
{
    private Sandbox? _sandbox;

    public bool HasEnded => _sandbox?.Ended.IsCompleted == true;

    public async Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken)
    {
        if (_sandbox is not { } sandbox)
        {
            sandbox = await Sandbox.StartAsync(job.Sandbox, cancellationToken).ConfigureAwait(false);
            _sandbox = sandbox;
            job.OnStarted?.Invoke(sandbox);
        }

        return await job.RunInAsync(sandbox, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _sandbox, null)?.DisposeAsync() ?? ValueTask.CompletedTask;
}
