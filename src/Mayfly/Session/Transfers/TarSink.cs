using Mayfly.Protocol;

namespace Mayfly.Session.Transfers;

/// <summary>
/// Unpacks a guest's tar stream onto the host. The guest is hostile: whatever it sends, nothing changes outside the
/// target, nothing but files, directories and links that stay within is made, and no more than the limits allow.
/// Modes become 0644 or 0755 less the umask, times lie between 1970 and now, and directories get the time of their
/// making. What came before a refusal stays.
/// </summary>
/// <param name="hostPath">
/// A directory root is merged into it; a file root becomes it, or takes <paramref name="fileName"/> in it where it is a
/// directory or ends in a slash.
/// </param>
/// <param name="fileName">The pulled path's own name.</param>
/// <param name="limits">What the pull may bring.</param>
/// <param name="timeProvider">The clock that bounds the files' times.</param>
/// <param name="progress">Told the content bytes written so far.</param>
internal sealed class TarSink(
    string hostPath, string fileName, TransferLimits limits, TimeProvider timeProvider, IProgress<long>? progress)
{
    private readonly SeenEntries _seen = new();
    private long _bytes;

    /// <summary>Does without openat2, as on kernels before 5.6.</summary>
    public bool UseOpenAt2 { get; init; } = true;

    /// <summary>Unpacks the stream to its end.</summary>
    /// <returns>What came; nothing is ever skipped here.</returns>
    /// <exception cref="SandboxTransferException">MAY3010, MAY3013 or MAY3014.</exception>
    /// <exception cref="TarEndedEarlyException">The stream ended in the middle of the archive.</exception>
    public async Task<TransferOutcome> ExtractAsync(Stream source, CancellationToken cancellationToken)
    {
        var reader = new TarStreamReader(source);
        var root = await reader.NextAsync(cancellationToken).ConfigureAwait(false)
            ?? throw TransferErrors.Malformed("an empty archive");
        if (EntryNames.Check(root) != EntryNames.Root)
        {
            throw TransferErrors.Unsafe(root.Name, "the first entry has to be the root, '.'");
        }

        _seen.Add(EntryNames.Root, root.Kind);
        switch (root.Kind)
        {
            case TarEntryKind.Directory:
                await ExtractTreeAsync(reader, cancellationToken).ConfigureAwait(false);
                break;
            case TarEntryKind.File:
                await ExtractFileAsync(reader, root, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw TransferErrors.Unsafe(root.Name, "the root is a symbolic link");
        }

        return new TransferOutcome(_seen.Count, _bytes, 0);
    }

    private async Task ExtractFileAsync(TarStreamReader reader, TarEntry root, CancellationToken cancellationToken)
    {
        var (directory, name) = FindPlace();
        using var tree = new HostTree(directory, UseOpenAt2);
        await WriteFileAsync(tree, reader, root, name, cancellationToken).ConfigureAwait(false);
        if (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } more)
        {
            throw TransferErrors.Unsafe(more.Name, "it comes after a root that is a file");
        }
    }

    private (string Directory, string Name) FindPlace()
    {
        var full = Path.GetFullPath(hostPath);
        if (!Path.EndsInDirectorySeparator(hostPath) && !Directory.Exists(full))
        {
            return (Path.GetDirectoryName(full) ?? "/", Path.GetFileName(full));
        }

        return EntryNames.IsPlainComponent(fileName)
            ? (full, fileName)
            : throw TransferErrors.Malformed($"a file where '{GuestMessages.Clean(fileName)}' can only be a directory");
    }

    private async Task ExtractTreeAsync(TarStreamReader reader, CancellationToken cancellationToken)
    {
        using var tree = new HostTree(Path.GetFullPath(hostPath), UseOpenAt2);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var name = EntryNames.Check(entry);
            _seen.Add(name, entry.Kind);
            if (_seen.Count > limits.Entries)
            {
                throw TransferErrors.TooMuch("entries", $"{limits.Entries}");
            }

            switch (entry.Kind)
            {
                case TarEntryKind.Directory:
                    tree.MakeDirectory(name);
                    break;
                case TarEntryKind.Link:
                    EntryNames.CheckLink(name, entry.LinkTarget);
                    tree.MakeLink(name, entry.LinkTarget);
                    break;
                default:
                    await WriteFileAsync(tree, reader, entry, name, cancellationToken).ConfigureAwait(false);
                    break;
            }

            progress?.Report(_bytes);
        }
    }

    private async Task WriteFileAsync(HostTree tree, TarStreamReader reader, TarEntry entry, string name, CancellationToken cancellationToken)
    {
        if (entry.SizeBytes > limits.Content.Bytes - _bytes)
        {
            throw TransferErrors.TooMuch("content", limits.Content.ToString());
        }

        using var file = tree.CreateFile(name);
        while (true)
        {
            var piece = await reader.ReadContentAsync(cancellationToken).ConfigureAwait(false);
            if (piece.IsEmpty)
            {
                break;
            }

            file.Write(piece);
            _bytes += piece.Length;
            progress?.Report(_bytes);
        }

        file.Commit((entry.Mode & (int)UnixFileMode.UserExecute) != 0, ClampTime(entry));
    }

    private DateTimeOffset ClampTime(TarEntry entry)
    {
        var now = timeProvider.GetUtcNow();
        if (entry.ModifiedSeconds < 0)
        {
            return DateTimeOffset.UnixEpoch;
        }

        if (entry.ModifiedSeconds > now.ToUnixTimeSeconds())
        {
            return now;
        }

        var modified = DateTimeOffset.FromUnixTimeSeconds(entry.ModifiedSeconds).AddTicks(entry.ModifiedNanoseconds / TimeSpan.NanosecondsPerTick);
        return modified < now ? modified : now;
    }
}
