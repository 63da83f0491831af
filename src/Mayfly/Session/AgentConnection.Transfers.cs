using Mayfly.Diagnostics;
using Mayfly.Protocol;
using Mayfly.Session.Transfers;

namespace Mayfly.Session;

internal sealed partial class AgentConnection
{
    /// <summary>An agent sends its outcome right behind the end of its stream; this is how long a broken one is waited for.</summary>
    private static readonly TimeSpan OutcomeGrace = TimeSpan.FromSeconds(5);

    public async Task<TransferOutcome> PushAsync(
        string hostPath, string guestPath, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        CheckGuestPath(guestPath);
        CheckHostPath(hostPath);
        var source = new TarSource(hostPath, bytes);
        return await PushAsync(
            new PushRequest { Path = guestPath, Name = source.Name }, source.WriteAsync, $"Pushing '{hostPath}'", guestPath, cancellationToken).ConfigureAwait(false);
    }

    public async Task<TransferOutcome> PushFilesAsync(IReadOnlyList<SandboxCopy> files, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            CheckGuestPath(file.GuestPath);
            CheckHostPath(file.HostPath);
        }

        var time = _timeProvider.GetUtcNow();
        return await PushAsync(
            new PushRequest { Path = "/", Name = "root" },
            (stream, token) => TarSource.WriteFilesAsync(files, stream, time, bytes, token),
            $"Pushing {files.Count} files",
            "/",
            cancellationToken).ConfigureAwait(false);
    }

    public async Task<TransferOutcome> PullAsync(
        string guestPath, string hostPath, IProgress<long>? bytes, CancellationToken cancellationToken)
    {
        CheckGuestPath(guestPath);
        CheckHostPath(hostPath);
        var request = new PullRequest { Path = guestPath };
        var channel = new TransferChannel(request, _queue, _timeProvider);
        await OpenChannelAsync(channel, request, cancellationToken).ConfigureAwait(false);
        try
        {
            var sink = new TarSink(hostPath, Path.GetFileName(guestPath.TrimEnd('/')), Limits, _timeProvider, bytes);
            var received = await ReceiveAsync(sink, channel, guestPath, cancellationToken).ConfigureAwait(false);
            var outcome = await channel.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            return outcome is TransferOutcome sent
                ? received with { Skipped = sent.Skipped }
                : throw TransferErrors.FromGuest((FailedOutcome)outcome, $"Pulling '{guestPath}'", guestPath);
        }
        finally
        {
            channel.Abandon();
        }
    }

    private async Task<TransferOutcome> PushAsync(
        PushRequest request,
        Func<Stream, CancellationToken, Task<TransferOutcome>> write,
        string operation,
        string guestPath,
        CancellationToken cancellationToken)
    {
        var channel = new TransferChannel(request, _queue, _timeProvider);
        await OpenChannelAsync(channel, request, cancellationToken).ConfigureAwait(false);
        try
        {
            var sent = await SendAsync(write, channel, operation, guestPath, cancellationToken).ConfigureAwait(false);
            var outcome = await channel.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            return outcome is TransferOutcome received
                ? sent with { Skipped = sent.Skipped + received.Skipped }
                : throw TransferErrors.FromGuest((FailedOutcome)outcome, operation, guestPath);
        }
        finally
        {
            channel.Abandon();
        }
    }

    /// <summary>Sends until the end, or until the guest says that it has failed, whichever comes first.</summary>
    internal static async Task<TransferOutcome> SendAsync(
        Func<Stream, CancellationToken, Task<TransferOutcome>> write,
        TransferChannel channel,
        string operation,
        string guestPath,
        CancellationToken cancellationToken)
    {
        try
        {
            var sent = await write(channel.Input!, cancellationToken).ConfigureAwait(false);
            await channel.Input!.DisposeAsync().ConfigureAwait(false);
            return sent;
        }
        catch (IOException) when (channel.HasEnded)
        {
            // The guest's word ended the stream, or the session's end did; either explains more than the broken pipe does. It
            // may come a moment after the pipe has broken, but it comes: the read loop is in the middle of it.
            var outcome = await channel.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            throw outcome is FailedOutcome failed
                ? TransferErrors.FromGuest(failed, operation, guestPath)
                : new SandboxTransferException(ErrorCode.TransferFailed, $"{operation} failed: the guest reported success before everything was sent.");
        }
    }

    private async Task<TransferOutcome> ReceiveAsync(
        TarSink sink, TransferChannel channel, string guestPath, CancellationToken cancellationToken)
    {
        try
        {
            return await sink.ExtractAsync(channel.Output!, cancellationToken).ConfigureAwait(false);
        }
        catch (TarEndedEarlyException exception)
        {
            throw await OutcomeOrNullAsync(channel, cancellationToken).ConfigureAwait(false) is FailedOutcome failed
                ? TransferErrors.FromGuest(failed, $"Pulling '{guestPath}'", guestPath)
                : TransferErrors.Malformed(exception.Message);
        }
    }

    private async Task<Outcome?> OutcomeOrNullAsync(TransferChannel channel, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.Outcome.WaitAsync(OutcomeGrace, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private static void CheckGuestPath(string guestPath)
    {
        if (!guestPath.StartsWith('/') || guestPath.Contains('\0', StringComparison.Ordinal))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption, $"The guest path '{GuestMessages.Clean(guestPath)}' is not absolute. Begin it with a slash.");
        }
    }

    private static void CheckHostPath(string hostPath)
    {
        if (hostPath.Length == 0 || hostPath.Contains('\0', StringComparison.Ordinal))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption, $"'{GuestMessages.Clean(hostPath)}' is not a path on the host. Name a file or a directory.");
        }
    }
}
