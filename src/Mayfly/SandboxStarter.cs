using System.Net.Sockets;
using Mayfly.Diagnostics;
using Mayfly.Supervision;
using Mayfly.Templates;
using Microsoft.Extensions.Logging;

namespace Mayfly;

/// <summary>The way from options to a sandbox that answers: a clone where that can be had, else a boot.</summary>
internal static class SandboxStarter
{
    /// <summary>Starts a sandbox; see <see cref="Sandbox.StartAsync"/>.</summary>
    public static Task<Sandbox> StartAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        SandboxOptionsCheck.Validate(options);
        return ExplainFailureAsync(() => StartCheckedAsync(WithServerPort(options), cancellationToken));
    }

    /// <summary>Names the runtime directory where it is what can't be used.</summary>
    /// <exception cref="MayflyException">MAY1020.</exception>
    public static async Task<T> ExplainFailureAsync<T>(Func<Task<T>> start)
    {
        try
        {
            return await start().ConfigureAwait(false);
        }
        catch (PreparationException exception)
        {
            exception.ThrowCause();
            throw;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SocketException)
        {
            var why = exception.InnerException is { } cause ? $"{exception.Message} ({cause.Message})" : exception.Message;
            throw new MayflyException(
                ErrorCode.ResourceUnavailable,
                $"the runtime directory {RuntimeRoot.Locate()} can't be used: {why}. Make room there, or set XDG_RUNTIME_DIR to a directory with some.",
                exception);
        }
    }

    private static async Task<Sandbox> StartCheckedAsync(SandboxOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var logger = options.LoggerFactory.CreateLogger<Sandbox>();
        StartBasis basis;
        using (options.Trace?.Begin("image"))
        {
            basis = await StartBasis.FindAsync(options, logger, cancellationToken).ConfigureAwait(false);
        }

        if (TemplatePolicy.Objection(options) is { } objection)
        {
            return await MachineStarter.BootAsync(basis, options, objection, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            var source = new CloneSource(basis, options, null, TemplateKeys.Of(basis, options), new TemplateStore(logger, TimeProvider.System, options.Progress));
            return await source.StartAsync(options, SandboxStart.Clone, "a template of these options", cancellationToken).ConfigureAwait(false);
        }
        catch (MayflyException exception) when (exception.Code is ErrorCode.TemplateFailed or ErrorCode.CacheUnwritable or ErrorCode.HypervisorExitedEarly)
        {
            // Nobody has asked for a template, so that its trouble is none of theirs. A monitor that ends may not have liked the
            // file of the memory; if it was something else, the boot fails in the same way.
            Log.TemplateDoneWithout(logger, exception.Message);
            options.Progress?.Report(new SandboxProgress($"booting, for there is no template: {exception.Message}"));
            return await MachineStarter.BootAsync(basis, options, $"no template: {exception.Message}", cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The SSH server of an image of one's own is reached over the network, by a port that leads to it.</summary>
    private static SandboxOptions WithServerPort(SandboxOptions options)
    {
        var port = (options.Ssh ?? new SandboxSsh()).Port;
        return options.InitramfsPath is null || options.Network is TapNetwork ? options
            : options.Network is not UserNetwork user ? options with { Network = SandboxNetwork.User(new PortForward(port)) }
            : user.Forwards.Any(forward => forward.GuestPort == port && forward.Protocol == PortProtocol.Tcp) ? options
            : options with { Network = user with { Forwards = [.. user.Forwards, new PortForward(port)] } };
    }
}
