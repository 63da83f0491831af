using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Microsoft.Extensions.Logging;

namespace Mayfly.Templates;

/// <summary>
/// Clones of one template, which is made where there is none. One that can't be restored is made anew, once.
/// </summary>
/// <param name="basis">What the machines rest on.</param>
/// <param name="options">What the template is made of.</param>
/// <param name="prepare">What is done to it before it is frozen; null for nothing.</param>
/// <param name="key">What it is known by.</param>
/// <param name="store">Where it is kept.</param>
internal sealed class CloneSource(
    StartBasis basis, SandboxOptions options, Func<Sandbox, CancellationToken, Task>? prepare, CacheKey key, ITemplateStore store)
{
    /// <summary>A restored machine that has not spoken in this time never will.</summary>
    private static readonly TimeSpan _ampleTime = TimeSpan.FromSeconds(20);

    /// <summary>For another process that makes the same template: a boot and its preparation.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private readonly ILogger _logger = options.LoggerFactory.CreateLogger<Sandbox>();

    /// <summary>What the machines rest on.</summary>
    public StartBasis Basis => basis;

    /// <summary>What the template is made of.</summary>
    public SandboxOptions Options => options;

    /// <summary>The same for machines that rest on other contents of slots.</summary>
    public CloneSource On(StartBasis other) => new(other, options, prepare, key, store);

    /// <summary>Sees to it that the template is there.</summary>
    /// <exception cref="SandboxBootException">The machine to be frozen did not boot.</exception>
    /// <exception cref="SandboxImageException">It could not be frozen (MAY5005) or kept (MAY5004).</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        using var template = await LeaseAsync(options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Starts a clone.</summary>
    /// <param name="clone">What it is made of: the template's options, but for what is each clone's own.</param>
    /// <param name="start">How the sandbox is to say that it came about.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SandboxImageException">MAY5005: it can't be restored, though it has been made anew.</exception>
    public async Task<Sandbox> StartAsync(SandboxOptions clone, SandboxStart start, string reason, CancellationToken cancellationToken) =>
        await TryStartAsync(clone, start, reason, cancellationToken).ConfigureAwait(false)
        ?? await StartAnewAsync(clone, start, $"{reason}, made anew", cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Null where the template could not be restored, which is discarded then. Not at the first failure: a monitor that somebody has
    /// killed, or the kernel for want of memory, says nothing of the template that all others use.
    /// </summary>
    private async Task<Sandbox?> TryStartAsync(SandboxOptions clone, SandboxStart start, string reason, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            using var template = await LeaseAsync(clone, cancellationToken).ConfigureAwait(false);
            try
            {
                if (await CloneAsync(clone, template, start, reason, cancellationToken).ConfigureAwait(false) is { } sandbox)
                {
                    return sandbox;
                }
            }
            catch (SandboxBootException exception) when (IsOfTemplate(exception) && failures++ == 0)
            {
                Log.TemplateNotRestored(_logger, template.Entry.Directory, exception.Message);
            }
            catch (SandboxBootException exception) when (IsOfTemplate(exception))
            {
                Log.TemplateNotRestored(_logger, template.Entry.Directory, exception.Message);
                clone.Progress?.Report(new SandboxProgress($"making the template anew, for it can't be restored: {exception.Message}"));
                store.Discard(template);
                return null;
            }
        }
    }

    private async Task<Sandbox> StartAnewAsync(SandboxOptions clone, SandboxStart start, string reason, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                using var template = await LeaseAsync(clone, cancellationToken).ConfigureAwait(false);
                if (await CloneAsync(clone, template, start, reason, cancellationToken).ConfigureAwait(false) is { } sandbox)
                {
                    return sandbox;
                }
            }
        }
        catch (SandboxBootException exception) when (IsOfTemplate(exception))
        {
            throw new SandboxImageException(
                ErrorCode.TemplateFailed, $"the template can't be restored, not even made anew: {exception.Message}", exception);
        }
    }

    /// <summary>Null where the template was made anew while the clone was starting: its memory and its state may be of two.</summary>
    private async Task<Sandbox?> CloneAsync(
        SandboxOptions clone, TemplateLease template, SandboxStart start, string reason, CancellationToken cancellationToken)
    {
        var sandbox = await MachineStarter.CloneAsync(basis, clone, template, start, reason, cancellationToken).ConfigureAwait(false);
        if (template.IsCurrent)
        {
            return sandbox;
        }

        await sandbox.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Whether another template may help: not where the machine is too small, or what is in a clone's slot is of no use, nor
    /// where little time was given on a host that may be busy.
    /// </summary>
    private bool IsOfTemplate(SandboxBootException exception) => exception.Code switch
    {
        ErrorCode.NotEnoughMemory or ErrorCode.LayerFailed => false,
        ErrorCode.BootTimedOut => options.BootTimeout >= _ampleTime,
        _ => true,
    };

    private async Task<TemplateLease> LeaseAsync(SandboxOptions asked, CancellationToken cancellationToken)
    {
        using (asked.Trace?.Begin("template"))
        {
            return await store.FindAsync(key, cancellationToken).ConfigureAwait(false)
                ?? await GetAsync(asked, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Makes it, or waits while another process does, which must not go on for ever.</summary>
    private async Task<TemplateLease> GetAsync(SandboxOptions asked, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await store.GetAsync(key, MakeAsync, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SandboxImageException(
                ErrorCode.TemplateFailed,
                $"another process has been making the template for {_patience.TotalMinutes:0} minutes. See what it is about (`mayfly ps`), or boot instead: SandboxOptions.Cold (--cold).",
                exception);
        }

        Task<IReadOnlyDictionary<string, string>> MakeAsync(string folder)
        {
            // Ours to make, for which there is no limit but its own.
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            return RecordAsync(asked, folder, cancellationToken);
        }
    }

    private async Task<IReadOnlyDictionary<string, string>> RecordAsync(SandboxOptions asked, string folder, CancellationToken cancellationToken)
    {
        asked.Progress?.Report(new SandboxProgress("making a template of this machine, once"));
        var recording = options with
        {
            // Each clone's own, or the start's.
            Name = null,
            Kept = false,
            HostName = "mayfly-template",
            Ssh = null,
            Transport = SandboxTransport.Serial,
            Limits = options.Limits with { Sandboxes = null, Lifetime = null, Cpu = null },
            Progress = asked.Progress,
            Trace = asked.Trace,
        };
        var sandbox = await MachineStarter.RecordAsync(basis, recording, Path.Combine(folder, TemplateFiles.Memory), cancellationToken).ConfigureAwait(false);
        await using (sandbox.ConfigureAwait(false))
        {
            await PrepareAsync(sandbox, cancellationToken).ConfigureAwait(false);
            using (SandboxObservation.Suspend())
            {
                await WarmUp.RunAsync(sandbox, cancellationToken).ConfigureAwait(false);
            }

            await sandbox.FreezeAsync(Path.Combine(folder, TemplateFiles.State), cancellationToken).ConfigureAwait(false);
            return new Dictionary<string, string>
            {
                ["kernel"] = sandbox.Guest.KernelRelease,
                ["hypervisor"] = basis.Hypervisor.Name,
                ["accelerator"] = sandbox.Boot.Accelerator.ToString(),
            };
        }
    }

    private async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        if (prepare is null)
        {
            return;
        }

        try
        {
            await prepare(sandbox, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It is the user's, and goes to the user as it is.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new PreparationException(exception);
        }
    }
}
