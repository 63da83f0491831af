namespace Mayfly.Xunit.Guests.Machines;

/// <summary>A machine with the connection to its worker.</summary>
/// <param name="Sandbox">The machine.</param>
/// <param name="Worker">The connection.</param>
internal sealed record GuestSeat(Sandbox Sandbox, WorkerConnection Worker) : IAsyncDisposable
{
    /// <summary>Takes a machine for a test.</summary>
    /// <exception cref="MayflyException">It can't be had.</exception>
    public static async Task<GuestSeat> TakeAsync(GuestTest test, IProgress<SandboxProgress> progress, CancellationToken cancellationToken) => test.Settings.IsDebugged
        ? await InAsync(await GuestDebugging.BootAsync(test, progress, cancellationToken).ConfigureAwait(false), test.Settings, cancellationToken).ConfigureAwait(false)
        : await GuestMachines.Of(test.Settings, test.Exercises).TakeAsync(progress, cancellationToken).ConfigureAwait(false);

    /// <summary>Connects to the worker of a machine, which is ended where that fails.</summary>
    /// <exception cref="MayflyException">The worker does not listen, or the machine has ended.</exception>
    public static async Task<GuestSeat> InAsync(Sandbox sandbox, GuestTestSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return new GuestSeat(sandbox, await WorkerConnection.OpenAsync(sandbox, new GuestCoverage(Path.GetDirectoryName(settings.Assembly)!), cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await sandbox.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the machine.</summary>
    /// <exception cref="MayflyException">It could not be removed wholly (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        await using (Sandbox.ConfigureAwait(false))
        {
            await Worker.DisposeAsync().ConfigureAwait(false);
        }
    }
}
