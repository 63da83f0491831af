using System.Runtime.InteropServices;
using Mayfly.Native;
using Mayfly.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Session.Transfers;

/// <summary>
/// A host file or tree as a tar stream in the layout of <see cref="PushRequest"/>. A link given as the source itself
/// is followed, as a pull does it; links below are sent as links. Directories are read lazily, so their size does not
/// matter. A file that shrinks while it is read is an error; of one that grows the length at its opening is sent.
/// </summary>
internal sealed class TarSource
{
    /// <summary>Permissions and the sticky bit. Files belong to root over there, where set-uid bits would mean something else.</summary>
    private const int ModeMask = 0x3ff;

    private const int NewDirectoryMode = 0b111_101_101;

    private static readonly EnumerationOptions EveryEntry = new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };

    private readonly string _root;
    private readonly IProgress<long>? _progress;
    private readonly NodeStatus _rootStatus;
    private long _entries;
    private long _bytes;
    private long _skipped;

    /// <summary>Looks at the source.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1009: it is missing, unreadable, or neither file nor directory.</exception>
    public TarSource(string hostPath, IProgress<long>? progress)
        : this(progress)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(hostPath));
        if (FileCalls.Status(FileCalls.CurrentDirectory, _root, 0, NodeStatus.BasicMask, out _rootStatus) != 0)
        {
            throw TransferErrors.HostMissing(_root, Marshal.GetLastPInvokeErrorMessage());
        }

        if (!_rootStatus.IsFile && !_rootStatus.IsDirectory)
        {
            throw TransferErrors.HostMissing(_root, "it is neither a file nor a directory");
        }

        CheckReadable();
    }

    private TarSource(IProgress<long>? progress)
    {
        _root = "/";
        _progress = progress;
    }

    /// <summary>Whether a host path is a plain file, links followed.</summary>
    public static bool IsFile(string hostPath) =>
        FileCalls.Status(FileCalls.CurrentDirectory, Path.GetFullPath(hostPath), 0, NodeStatus.BasicMask, out var status) == 0 && status.IsFile;

    /// <summary>
    /// Writes several files as one tree whose root is the guest's: with their directories, of which those that are there stay as they are.
    /// </summary>
    /// <param name="files">Files of the host, and absolute guest paths without a trailing slash.</param>
    /// <param name="destination">Receives the tar stream.</param>
    /// <param name="time">The time of new directories.</param>
    /// <param name="progress">Told the bytes so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SandboxTransferException">MAY3010: a file could not be read as it was announced.</exception>
    public static async Task<TransferOutcome> WriteFilesAsync(
        IReadOnlyList<SandboxCopy> files, Stream destination, DateTimeOffset time, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var writer = new TarStreamWriter(destination);
        var source = new TarSource(progress);
        var made = new HashSet<string>(StringComparer.Ordinal) { "" };
        await writer.WriteHeaderAsync(NewDirectory(".", time), cancellationToken).ConfigureAwait(false);
        foreach (var file in files)
        {
            var name = file.GuestPath.Trim('/');
            foreach (var directory in DirectoriesOf(name).Where(made.Add))
            {
                await writer.WriteHeaderAsync(NewDirectory(directory, time), cancellationToken).ConfigureAwait(false);
            }

            await source.WriteFileAsync(writer, Path.GetFullPath(file.HostPath), name, followLink: true, cancellationToken).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new TransferOutcome(source._entries, source._bytes, 0);
    }

    /// <summary>The source's own name.</summary>
    public string Name => Path.GetFileName(_root) is { Length: > 0 } name ? name : "root";

    /// <summary>Writes it all.</summary>
    /// <exception cref="SandboxTransferException">MAY3010: a file could not be read as it was announced.</exception>
    public async Task<TransferOutcome> WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        var writer = new TarStreamWriter(destination);
        if (_rootStatus.IsFile)
        {
            await WriteFileAsync(writer, _root, ".", followLink: true, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await WriteTreeAsync(writer, cancellationToken).ConfigureAwait(false);
        }

        await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        return new TransferOutcome(_entries, _bytes, _skipped);
    }

    /// <summary>The directories above a name, the outermost first.</summary>
    private static IEnumerable<string> DirectoriesOf(string name)
    {
        for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = name.IndexOf('/', slash + 1))
        {
            yield return name[..slash];
        }
    }

    private static TarEntry NewDirectory(string name, DateTimeOffset time) =>
        new(name, TarEntryKind.Directory, NewDirectoryMode, 0, time.ToUnixTimeSeconds(), 0, "");

    private void CheckReadable()
    {
        try
        {
            if (_rootStatus.IsFile)
            {
                OpenFile(_root, followLink: true).Dispose();
            }
            else
            {
                Enumerate(_root).Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TransferErrors.HostMissing(_root, exception.Message, exception);
        }
    }

    private async Task WriteTreeAsync(TarStreamWriter writer, CancellationToken cancellationToken)
    {
        var open = new Stack<IEnumerator<string>>();
        try
        {
            await WritePlainAsync(writer, ".", TarEntryKind.Directory, _rootStatus, "", cancellationToken).ConfigureAwait(false);
            open.Push(Enumerate(_root));
            while (open.TryPeek(out var directory))
            {
                if (!MoveNext(directory))
                {
                    open.Pop().Dispose();
                    continue;
                }

                if (await WriteEntryAsync(writer, directory.Current, cancellationToken).ConfigureAwait(false))
                {
                    open.Push(EnumerateBelow(directory.Current));
                }
            }
        }
        finally
        {
            foreach (var directory in open)
            {
                directory.Dispose();
            }
        }
    }

    /// <returns>Whether the entry is a directory to go into.</returns>
    private async ValueTask<bool> WriteEntryAsync(TarStreamWriter writer, string path, CancellationToken cancellationToken)
    {
        if (FileCalls.Status(FileCalls.CurrentDirectory, path, FileCalls.NoFollow, NodeStatus.BasicMask, out var status) != 0)
        {
            throw TransferErrors.HostRead(path, Marshal.GetLastPInvokeErrorMessage());
        }

        var name = Path.GetRelativePath(_root, path);
        if (status.IsFile)
        {
            await WriteFileAsync(writer, path, name, followLink: false, cancellationToken).ConfigureAwait(false);
        }
        else if (status.IsDirectory)
        {
            await WritePlainAsync(writer, name, TarEntryKind.Directory, status, "", cancellationToken).ConfigureAwait(false);
        }
        else if (status.IsLink)
        {
            var target = new FileInfo(path).LinkTarget ?? throw TransferErrors.HostRead(path, "it changed while it was read");
            await WritePlainAsync(writer, name, TarEntryKind.Link, status, target, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _skipped++;
        }

        _progress?.Report(_bytes);
        return status.IsDirectory;
    }

    private async ValueTask WritePlainAsync(
        TarStreamWriter writer, string name, TarEntryKind kind, NodeStatus status, string target, CancellationToken cancellationToken)
    {
        await writer.WriteHeaderAsync(Describe(name, kind, status, target), cancellationToken).ConfigureAwait(false);
        _entries++;
    }

    private async ValueTask WriteFileAsync(TarStreamWriter writer, string path, string name, bool followLink, CancellationToken cancellationToken)
    {
        using var file = OpenForSending(path, followLink, out var status);
        await writer.WriteHeaderAsync(Describe(name, TarEntryKind.File, status, ""), cancellationToken).ConfigureAwait(false);
        _entries++;
        var size = (long)status.Size;
        for (var offset = 0L; offset < size;)
        {
            var memory = await writer.GetMemoryAsync(cancellationToken).ConfigureAwait(false);
            var read = Read(file, path, memory[..(int)Math.Min(memory.Length, size - offset)], offset);
            writer.Advance(read);
            offset += read;
            _bytes += read;
            _progress?.Report(_bytes);
        }

        await writer.PadAsync(size, cancellationToken).ConfigureAwait(false);
    }

    private static int Read(SafeFileHandle file, string path, Memory<byte> memory, long offset)
    {
        try
        {
            var read = RandomAccess.Read(file, memory.Span, offset);
            return read > 0 ? read : throw TransferErrors.HostRead(path, $"it shrank to {offset} bytes while it was read");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TransferErrors.HostRead(path, exception.Message, exception);
        }
    }

    private static SafeFileHandle OpenForSending(string path, bool followLink, out NodeStatus status)
    {
        try
        {
            var file = OpenFile(path, followLink);
            if (FileCalls.Status(file, "", FileCalls.EmptyPath, NodeStatus.BasicMask, out status) == 0 && status.IsFile)
            {
                return file;
            }

            file.Dispose();
            throw TransferErrors.HostRead(path, "it changed while it was read");
        }
        catch (IOException exception)
        {
            throw TransferErrors.HostRead(path, exception.Message, exception);
        }
    }

    private static SafeFileHandle OpenFile(string path, bool followLink)
    {
        // Not blocking: the file may have become a FIFO since it was looked at.
        var flags = OpenFlags.NonBlocking | OpenFlags.CloseOnExec | (followLink ? 0 : OpenFlags.NoFollow);
        var descriptor = FileCalls.OpenAt(FileCalls.CurrentDirectory, path, flags, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw FileCallException.FromLastError(path);
    }

    private static bool MoveNext(IEnumerator<string> directory)
    {
        try
        {
            return directory.MoveNext();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TransferErrors.HostRead("a directory of the source", exception.Message, exception);
        }
    }

    private static IEnumerator<string> EnumerateBelow(string directory)
    {
        try
        {
            return Enumerate(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TransferErrors.HostRead(directory, exception.Message, exception);
        }
    }

    private static IEnumerator<string> Enumerate(string directory) =>
        Directory.EnumerateFileSystemEntries(directory, "*", EveryEntry).GetEnumerator();

    private static TarEntry Describe(string name, TarEntryKind kind, NodeStatus status, string target) => new(
        name,
        kind,
        status.Mode & ModeMask,
        kind == TarEntryKind.File ? (long)status.Size : 0,
        status.ModifiedSeconds,
        (int)status.ModifiedNanoseconds,
        target);
}
