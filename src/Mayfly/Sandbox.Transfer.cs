using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session;

namespace Mayfly;

public sealed partial class Sandbox
{
    /// <summary>
    /// Copies a host file or tree into the guest. A directory's content is merged into <paramref name="guestPath"/>,
    /// which is made if missing; a file becomes <paramref name="guestPath"/>, or is put under its own name where that
    /// is a directory or ends in a slash. Modes and symbolic links are kept, everything belongs to root.
    /// </summary>
    /// <param name="hostPath">File or directory on the host.</param>
    /// <param name="guestPath">Absolute path in the guest.</param>
    /// <param name="cancellationToken">Gives up; what has arrived until then may stay in the guest.</param>
    /// <exception cref="SandboxConfigurationException">The host path does not exist (MAY1009) or the guest path is not absolute.</exception>
    /// <exception cref="SandboxTransferException">Either side failed, such as a full disk in the guest (MAY3011).</exception>
    public Task<TransferResult> PushAsync(string hostPath, string guestPath, CancellationToken cancellationToken = default) =>
        PushAsync(hostPath, guestPath, null, cancellationToken);

    /// <inheritdoc cref="PushAsync(string, string, CancellationToken)"/>
    /// <param name="hostPath">File or directory on the host.</param>
    /// <param name="guestPath">Absolute path in the guest.</param>
    /// <param name="options">Progress and patience; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up; what has arrived until then may stay in the guest.</param>
    public Task<TransferResult> PushAsync(string hostPath, string guestPath, TransferOptions? options, CancellationToken cancellationToken = default)
    {
        CheckPaths(hostPath, guestPath);
        RequireHostSource(hostPath);
        return TransferAsync(
            "push",
            $"pushing '{hostPath}' to '{guestPath}'",
            options ?? new TransferOptions(),
            (bytes, token) => _connection.PushAsync(hostPath, guestPath, bytes, token),
            cancellationToken);
    }

    /// <summary>Copies plain files of the host to guest paths, in one stream, which takes a fraction of the time of one push for each.</summary>
    /// <exception cref="SandboxTransferException">Either side failed; some of them may be there.</exception>
    internal Task<TransferResult> PushFilesAsync(IReadOnlyList<SandboxCopy> files, TransferOptions options, CancellationToken cancellationToken) =>
        TransferAsync(
            "push",
            $"pushing {files.Count} files",
            options,
            (bytes, token) => _connection.PushFilesAsync(files, bytes, token),
            cancellationToken);

    /// <summary>
    /// Copies a guest file or tree to the host. A directory's content is merged into <paramref name="hostPath"/>, which
    /// is made if missing; a file becomes <paramref name="hostPath"/>, or is put under its own name where that is a
    /// directory or ends in a slash. Nothing lands outside of it: absolute names, <c>..</c>, links that lead out,
    /// device nodes and set-id bits are refused or dropped.
    /// </summary>
    /// <param name="guestPath">Absolute path in the guest.</param>
    /// <param name="hostPath">Where to put it on the host.</param>
    /// <param name="cancellationToken">Gives up; what has arrived until then may stay on the host.</param>
    /// <exception cref="SandboxConfigurationException">The guest path is not absolute.</exception>
    /// <exception cref="SandboxTransferException">The path is missing in the guest (MAY3012), it sent something unsafe (MAY3013), or the host can't write (MAY3014).</exception>
    public Task<TransferResult> PullAsync(string guestPath, string hostPath, CancellationToken cancellationToken = default) =>
        PullAsync(guestPath, hostPath, null, cancellationToken);

    /// <inheritdoc cref="PullAsync(string, string, CancellationToken)"/>
    /// <param name="guestPath">Absolute path in the guest.</param>
    /// <param name="hostPath">Where to put it on the host.</param>
    /// <param name="options">Progress and patience; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up; what has arrived until then may stay on the host.</param>
    public Task<TransferResult> PullAsync(string guestPath, string hostPath, TransferOptions? options, CancellationToken cancellationToken = default)
    {
        CheckPaths(hostPath, guestPath);
        return TransferAsync(
            "pull",
            $"pulling '{guestPath}' to '{hostPath}'",
            options ?? new TransferOptions(),
            (bytes, token) => _connection.PullAsync(guestPath, hostPath, bytes, token),
            cancellationToken);
    }

    /// <summary>Throws where there is nothing to push.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1009.</exception>
    internal static void RequireHostSource(string hostPath)
    {
        if (!Path.Exists(hostPath) && new FileInfo(hostPath).LinkTarget is null)
        {
            throw new SandboxConfigurationException(
                ErrorCode.HostFileMissing,
                $"can't push '{hostPath}': there is no such file or directory on the host. Check the path; a relative one is taken from '{Environment.CurrentDirectory}'.");
        }
    }

    private async Task<TransferResult> TransferAsync(
        string phaseName,
        string what,
        TransferOptions options,
        Func<IProgress<long>, CancellationToken, Task<TransferOutcome>> transfer,
        CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var phase = _trace?.Begin(phaseName);
        var operation = SandboxObservation.Begin(this, () => what, _time);
        try
        {
            var result = await TransferWatchedAsync(what, options, transfer, cancellationToken).ConfigureAwait(false);
            operation?.End(result);
            return result;
        }
        catch (Exception exception)
        {
            operation?.Fail(exception);
            throw;
        }
    }

    private async Task<TransferResult> TransferWatchedAsync(
        string what,
        TransferOptions options,
        Func<IProgress<long>, CancellationToken, Task<TransferOutcome>> transfer,
        CancellationToken cancellationToken)
    {
        using var stall = new StallWatch(options, _time, cancellationToken);
        try
        {
            var outcome = await transfer(stall, stall.Token).ConfigureAwait(false);
            return new TransferResult(outcome.Entries, new ByteSize(outcome.Bytes), outcome.Skipped);
        }
        catch (OperationCanceledException) when (stall.HasStalled && !cancellationToken.IsCancellationRequested)
        {
            throw new SandboxTransferException(
                ErrorCode.TransferFailed, $"{what} moved no byte for {options.StallTimeout.TotalSeconds:0.#} s and was given up. Raise TransferOptions.StallTimeout if the guest is busy.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException($"{what} was cancelled.", cancellationToken);
        }
        catch (SessionBrokenException broken)
        {
            throw await GuestDiedAsync(broken, $"{what} failed").ConfigureAwait(false);
        }
    }

    private static void CheckPaths(string hostPath, string guestPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(hostPath);
        ArgumentException.ThrowIfNullOrEmpty(guestPath);
        if (!guestPath.StartsWith('/') || guestPath.Contains('\0', StringComparison.Ordinal))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption, $"the guest path '{guestPath}' is not absolute. Begin it with '/'.");
        }
    }
}
