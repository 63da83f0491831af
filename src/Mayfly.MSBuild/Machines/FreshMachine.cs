namespace Mayfly.MSBuild.Machines;

/// <summary>A machine for the one command, gone when it has ended.</summary>
internal sealed class FreshMachine : IMachineSource
{
    public Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken) => job.RunAsync(cancellationToken);
}
