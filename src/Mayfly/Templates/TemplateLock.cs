using System.ComponentModel;
using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>
/// The right to change what is under one key, held by one owner on this host. The kernel gives it back when its owner dies. Its
/// file goes with the owner's disposal; whoever had it open before then finds that it is no longer the one at its path.
/// </summary>
internal sealed class TemplateLock : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly string _path;

    private TemplateLock(SafeFileHandle file, string path) => (_file, _path) = (file, path);

    /// <summary>Takes the lock, or returns null where somebody has it.</summary>
    /// <exception cref="IOException">Its file can't be made.</exception>
    public static TemplateLock? TryTake(string path)
    {
        while (true)
        {
            var file = Libc.OpenLockFile(path);
            try
            {
                if (!Flock.TryTake(file, shared: false))
                {
                    file.Dispose();
                    return null;
                }
            }
            catch (Win32Exception exception)
            {
                file.Dispose();
                throw new IOException($"{path} can't be locked: {exception.Message}", exception);
            }

            if (IsAt(file, path))
            {
                return new TemplateLock(file, path);
            }

            file.Dispose();
        }
    }

    /// <summary>Waits for the lock; <paramref name="onWaiting"/> is called where another owner has it.</summary>
    /// <exception cref="IOException">Its file can't be made or locked.</exception>
    public static async Task<TemplateLock> TakeAsync(string path, Action onWaiting, CancellationToken cancellationToken)
    {
        while (TryTake(path) is var free)
        {
            if (free is not null)
            {
                return free;
            }

            onWaiting();
            var file = Libc.OpenLockFile(path);
            try
            {
                await Flock.TakeAsync(file, shared: false, cancellationToken).ConfigureAwait(false);
            }
            catch (Win32Exception exception)
            {
                file.Dispose();
                throw new IOException($"{path} can't be locked: {exception.Message}", exception);
            }

            if (IsAt(file, path))
            {
                return new TemplateLock(file, path);
            }

            file.Dispose();
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file.IsClosed)
        {
            return;
        }

        // While it is still locked: nobody else can be about to find it its own.
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An empty file stays, which the next owner of the key removes.
        }

        _file.Dispose();
    }

    private static bool IsAt(SafeFileHandle file, string path) => FileIdentity.Of(file) is { } identity && identity.IsSameFile(FileIdentity.Of(path));
}
