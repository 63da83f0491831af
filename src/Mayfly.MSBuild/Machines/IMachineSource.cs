namespace Mayfly.MSBuild.Machines;

/// <summary>Where a command finds its machine.</summary>
internal interface IMachineSource
{
    /// <summary>Runs a job in a machine: pushes, runs, pulls.</summary>
    /// <exception cref="MayflyException">It could not be done.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<SandboxJobResult> RunAsync(SandboxJob job, CancellationToken cancellationToken);
}
