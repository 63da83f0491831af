using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>
/// The making of a sandbox's directory and the hold on it: whoever has the lock inside is the one who may release what the
/// sandbox has. The making happens under the root's lock, so that nobody ever sees a directory without its facts whose
/// maker lives.
/// </summary>
internal sealed class DirectoryClaim : IDisposable
{
    private const int OwnerOnlyDirectory = 0b111_000_000;
    private const int OwnerOnlyFile = 0b110_000_000;

    private readonly FileLock _lock;

    private DirectoryClaim(SandboxPlace place, FileLock @lock) => (Place, _lock) = (place, @lock);

    public SandboxPlace Place { get; }

    /// <summary>Makes the directory with its lock and its facts.</summary>
    /// <param name="place">Where.</param>
    /// <param name="facts">What the sandbox is; its name is free once no living sandbox has it.</param>
    /// <param name="most">How many sandboxes there may be with this one.</param>
    /// <param name="refusal">
    /// Why there is none, as the warden reports it: <c>full</c>, or <c>taken ID</c> with the living sandbox of that name.
    /// </param>
    /// <exception cref="NativeException">It can't be made; nothing of it is left.</exception>
    public static DirectoryClaim? Make(SandboxPlace place, SandboxFacts facts, int most, out string refusal)
    {
        using var making = FileLock.Take($"{place.Root}/{ResourceNames.RootLockFile}");
        refusal = most < int.MaxValue && SandboxPlace.FindAll(place.Root).Count >= most
            ? "full"
            : facts.Name is { } name && FindNamed(place.Root, name) is { } other ? $"taken {other.Id}" : "";
        if (refusal.Length > 0)
        {
            return null;
        }

        if (Libc.MakeDirectory(place.Directory, OwnerOnlyDirectory) != 0)
        {
            throw NativeException.Last($"making {place.Directory}");
        }

        try
        {
            var held = FileLock.TryTake(place.LockPath) ?? throw new NativeException($"locking {place.LockPath}", Errno.EAGAIN);
            WriteFacts(place.FactsPath, facts);
            return new DirectoryClaim(place, held);
        }
        catch
        {
            _ = DirectoryRemover.Remove(place.Directory);
            throw;
        }
    }

    /// <summary>Takes a directory whose guardian is dead, under the root's lock; null where it is held or gone.</summary>
    public static DirectoryClaim? TryTake(SandboxPlace place)
    {
        try
        {
            // Its lock is made where it is missing: its maker died between two steps.
            return FileLock.TryTake(place.LockPath) is { } held ? Of(place, held) : null;
        }
        catch (NativeException exception) when (exception.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }

    /// <summary>Takes a directory that its guardian is about to let go, waiting for that; null where it is gone by now.</summary>
    public static DirectoryClaim? Take(SandboxPlace place)
    {
        try
        {
            return Of(place, FileLock.Take(place.LockPath));
        }
        catch (NativeException exception) when (exception.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>The living sandbox that has this name, or this id, so that no word ever means two.</summary>
    private static SandboxPlace? FindNamed(string root, string name) => SandboxPlace.FindAll(root).FirstOrDefault(place =>
        (place.Id == name || LivenessCheck.ReadFacts(place)?.Name == name) && IsAlive(place));

    private static bool IsAlive(SandboxPlace place)
    {
        try
        {
            var liveness = LivenessCheck.Of(place, out var claim);
            claim?.Dispose();
            return liveness == Liveness.Alive;
        }
        catch (NativeException)
        {
            // Its guardian would have a lock that can be opened.
            return false;
        }
    }

    /// <summary>A lock on a file that has been removed meanwhile says nothing about a directory of the same name.</summary>
    private static DirectoryClaim? Of(SandboxPlace place, FileLock held)
    {
        if (held.IsOf(place.LockPath))
        {
            return new DirectoryClaim(place, held);
        }

        held.Dispose();
        return null;
    }

    private static void WriteFacts(string path, SandboxFacts facts)
    {
        using var file = Libc.Open(path, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_EXCL | Linux.O_CLOEXEC, OwnerOnlyFile);
        if (file.IsInvalid || !Files.TryWrite(file, facts.Write()) || Libc.Synchronize(file) != 0)
        {
            throw new NativeException($"writing {path}", Marshal.GetLastPInvokeError());
        }
    }
}
