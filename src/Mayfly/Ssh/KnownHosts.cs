using System.Collections.Concurrent;
using Mayfly.Diagnostics;
using Mayfly.Native;

namespace Mayfly.Ssh;

/// <summary>
/// Mayfly's own file of the keys of servers that live longer than one connection; never the user's <c>~/.ssh</c>. In
/// OpenSSH's format, one alias and one key on a line, mode 0600 in a directory of mode 0700. Whoever changes it holds a lock,
/// within this process and across processes, and replaces it in one step. Whatever is wrong with it is an error (MAY2106):
/// a key that can't be looked up is not a key that is new.
/// </summary>
/// <param name="path">The file; absolute.</param>
/// <param name="time">The clock of the wait for the lock.</param>
internal sealed class KnownHosts(string path, TimeProvider time)
{
    private const int MaxAliasChars = 128;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateDirectory = PrivateFile | UnixFileMode.UserExecute;

    private static readonly TimeSpan _lockLimit = TimeSpan.FromSeconds(10);

    // The number of paths is that of the user's directories of state: one, as a rule.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The user's own: <c>$XDG_STATE_HOME/mayfly/known_hosts</c>, else <c>~/.local/state/mayfly/known_hosts</c>.</summary>
    /// <exception cref="SandboxConfigurationException">Neither variable is an absolute path (MAY1001).</exception>
    public static KnownHosts OfUser(TimeProvider time) => new(Locate(Environment.GetEnvironmentVariable), time);

    /// <summary>Forgets what the user's own file knows of an alias, if there is such a file.</summary>
    /// <exception cref="SandboxSshException">MAY2106: the file is not safe, or can't be read, locked or written.</exception>
    public static async Task ForgetAsync(string alias)
    {
        if (TryLocate(Environment.GetEnvironmentVariable) is { } path)
        {
            _ = await new KnownHosts(path, TimeProvider.System).RemoveAsync(alias, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>The key that is known for an alias; null where there is none.</summary>
    /// <exception cref="SandboxSshException">MAY2106: the file is not safe, or can't be read.</exception>
    public SshPublicKey? Find(string alias)
    {
        CheckAlias(alias);
        return Read().Find(alias);
    }

    /// <summary>Enters the key of an alias of which none is known. Where one has been entered meanwhile, that one is returned.</summary>
    /// <returns>The key that is known from now on.</returns>
    /// <exception cref="SandboxSshException">MAY2106: the file is not safe, or can't be read, locked or written.</exception>
    public async Task<SshPublicKey> EnterAsync(string alias, SshPublicKey key, CancellationToken cancellationToken)
    {
        CheckAlias(alias);
        using var right = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var file = Read();
        if (file.Find(alias) is { } known)
        {
            return known;
        }

        Write(file.With(alias, key));
        return key;
    }

    /// <summary>Removes the key of an alias, as when its machine is deleted.</summary>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="SandboxSshException">MAY2106: the file is not safe, or can't be read, locked or written.</exception>
    public async Task<bool> RemoveAsync(string alias, CancellationToken cancellationToken)
    {
        CheckAlias(alias);
        if (FileStatus.TryRead(Path) is null)
        {
            return false;
        }

        using var right = await ChangeAsync(cancellationToken).ConfigureAwait(false);
        var file = Read();
        if (file.Find(alias) is null)
        {
            return false;
        }

        Write(file.Without(alias));
        return true;
    }

    internal static string Locate(Func<string, string?> environment) => TryLocate(environment)
        ?? throw new SandboxConfigurationException(
            ErrorCode.InvalidOption,
            "there is no place for the SSH keys of known hosts: neither XDG_STATE_HOME nor HOME is an absolute path. Set one of them, or give SandboxSsh.HostKey.");

    private static string? TryLocate(Func<string, string?> environment) =>
        environment("XDG_STATE_HOME") is { } state && System.IO.Path.IsPathFullyQualified(state) ? System.IO.Path.Combine(state, "mayfly", "known_hosts")
        : environment("HOME") is { } home && System.IO.Path.IsPathFullyQualified(home) ? System.IO.Path.Combine(home, ".local", "state", "mayfly", "known_hosts")
        : null;

    // Aliases go into files of OpenSSH's, where other characters would be patterns, lists or ends of lines.
    private static void CheckAlias(string alias)
    {
        if (alias.Length is 0 or > MaxAliasChars || !char.IsAsciiLetterOrDigit(alias[0]) || !alias.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"'{GuestText.Neutralise(alias)}' can't name a known host. Take 1 to {MaxAliasChars} letters, digits, hyphens, underscores and dots, the first a letter or digit.");
        }
    }

    /// <summary>The right to change the file, against this process's own threads first.</summary>
    private async Task<KnownHostsRight> ChangeAsync(CancellationToken cancellationToken)
    {
        MakeDirectory();
        var gate = _gates.GetOrAdd(Path, _ => new SemaphoreSlim(1, 1));
        using var limit = new CancellationTokenSource(_lockLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await gate.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                return new KnownHostsRight(gate, await FileLock.TakeAsync(Path + ".lock", either.Token).ConfigureAwait(false));
            }
            catch
            {
                gate.Release();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Locked();
        }
        catch (IOException exception)
        {
            throw SshErrors.KnownHosts(Path, $"can't be locked: {exception.Message}", exception);
        }
    }

    private SandboxSshException Locked() =>
        SshErrors.KnownHosts(Path, $"has been locked by another process for {_lockLimit.TotalSeconds:0} s; end that process");

    private void MakeDirectory()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!, PrivateDirectory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(Path, $"has no directory, and it can't be made: {exception.Message}", exception);
        }

        CheckDirectory();
    }

    private KnownHostsFile Read()
    {
        var status = FileStatus.TryRead(Path);
        if (status is null)
        {
            return KnownHostsFile.Empty;
        }

        CheckDirectory();
        if (Objection(status.Value, status.Value.IsOrdinaryFile ? null : "no ordinary file", "0600") is { } objection)
        {
            throw SshErrors.KnownHosts(Path, objection);
        }

        try
        {
            using var file = File.OpenRead(Path);
            return KnownHostsFile.Read(file);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(Path, $"can't be read: {exception.Message}; repair or remove it", exception);
        }
    }

    private void CheckDirectory()
    {
        var directory = System.IO.Path.GetDirectoryName(Path)!;
        var status = FileStatus.TryRead(directory) ?? throw SshErrors.KnownHosts(Path, "has lost its directory");
        if (Objection(status, status.IsDirectory ? null : "no directory", "0700") is { } objection)
        {
            throw SshErrors.KnownHosts(Path, $"lies in {directory}, which {objection}");
        }
    }

    private static string? Objection(FileStatus status, string? wrongKind, string mode)
    {
        const int Others = 0b000_111_111;
        return wrongKind is not null ? $"is {wrongKind}; remove it"
            : status.OwnerId != FileStatus.EffectiveUserId ? $"belongs to user {status.OwnerId}; remove it, or set XDG_STATE_HOME"
            : (status.Mode & Others) != 0 ? $"is open to others; look whether its keys are right, then set its mode to {mode}"
            : null;
    }

    private void Write(KnownHostsFile content)
    {
        var next = Path + ".new";
        try
        {
            // Left by a writer that was killed; we hold the lock.
            File.Delete(next);
            using (var file = new FileStream(next, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile }))
            {
                file.Write(content.ToBytes());
                file.Flush(flushToDisk: true);
            }

            File.Move(next, Path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(Path, $"can't be written: {exception.Message}", exception);
        }
    }
}
