namespace Mayfly.Diagnostics;

/// <summary>Finds out whether sandboxes can be started on this host, and what would mend it where not.</summary>
public static class SandboxDoctor
{
    /// <summary>Makes all checks, the last of which starts a sandbox. What the first start needs is downloaded.</summary>
    /// <param name="options">What that sandbox is made of; null for the defaults.</param>
    /// <param name="found">Told each check as it is made; null for nobody.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<DoctorReport> ExamineAsync(
        SandboxOptions? options = null,
        Action<DoctorCheck>? found = null,
        CancellationToken cancellationToken = default)
    {
        var examined = options ?? new SandboxOptions();
        var machine = new MachineChecks(examined);
        Func<Task<DoctorCheck>>[] examinations =
        [
            () => Task.FromResult(HostChecks.Platform()),
            () => Task.FromResult(HostChecks.Memory(examined.Memory)),
            () => Task.FromResult(HostChecks.TimeStampCounter()),
            () => machine.QemuAsync(cancellationToken),
            () => Task.FromResult(MachineChecks.Agent()),
            () => Task.FromResult(StorageChecks.RuntimeDirectory()),
            () => Task.FromResult(StorageChecks.Cache()),
            () => Task.FromResult(StorageChecks.Tools()),
            () => machine.ImageAsync(cancellationToken),
            () => machine.AccelerationAsync(cancellationToken),
            () => machine.TransportAsync(cancellationToken),
        ];

        var checks = new List<DoctorCheck>();
        foreach (var examine in examinations)
        {
            Add(await examine().ConfigureAwait(false));
        }

        Add(checks.Any(check => check.State == DoctorState.Failed)
            ? new DoctorCheck("boot", DoctorState.Failed, "not tried, as what has failed above must be mended first")
            : await machine.BootAsync(cancellationToken).ConfigureAwait(false));
        return new DoctorReport(checks);

        void Add(DoctorCheck check)
        {
            cancellationToken.ThrowIfCancellationRequested();
            checks.Add(check);
            found?.Invoke(check);
        }
    }
}
