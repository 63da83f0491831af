using System.Text;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// One sandbox's private directory: its sockets and files, and a lock that tells others that its owner lives.
/// Disposal removes it with all it holds and is safe to repeat.
/// </summary>
internal sealed class SandboxDirectory : IAsyncDisposable
{
    /// <summary>The file in the directory on which the owner holds a flock.</summary>
    public const string LockName = "lock";

    private static readonly Lock _sweepGate = new();
    private static readonly HashSet<string> _swept = [];

    private readonly FileLock _lock;

    private SandboxDirectory(string path, FileLock @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Its path, short enough for sockets below it.</summary>
    public string Path { get; }

    /// <summary>Makes the directory of a new sandbox; the first one in a process clears what dead owners left.</summary>
    /// <param name="id">The sandbox's id: at most 24 bytes, a plain file name.</param>
    /// <exception cref="SandboxConfigurationException">The runtime directory is unsafe or can't be made.</exception>
    public static SandboxDirectory Create(string id) => Create(RuntimeRoot.Open(), id);

    internal static SandboxDirectory Create(string root, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Encoding.UTF8.GetByteCount(id), RuntimeRoot.MaxRelativeBytes / 2, nameof(id));
        lock (_sweepGate)
        {
            if (_swept.Add(root))
            {
                Debris.Sweep(root);
            }
        }

        // A sweep holds this lock too, so it never sees a directory whose own lock is about to be taken.
        using var creation = Debris.LockRoot(root);
        var path = System.IO.Path.Combine(root, id);
        if (!NewDirectory.TryCreatePrivate(path))
        {
            throw new IOException($"the sandbox directory {path} exists already");
        }

        return new SandboxDirectory(path, FileLock.TakeNew(System.IO.Path.Combine(path, LockName)));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        try
        {
            Debris.Remove(Path);
        }
        finally
        {
            _lock.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
