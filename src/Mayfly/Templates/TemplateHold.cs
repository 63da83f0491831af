using System.ComponentModel;
using Mayfly.Images.Cache;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Templates;

/// <summary>
/// A template is in use while somebody has a shared lock on its manifest, which also says which of two templates that were
/// at the same path one after the other is meant. An emptied manifest is that of a discarded template.
/// </summary>
internal static class TemplateHold
{
    /// <summary>Holds the template with this manifest; null where there is none.</summary>
    /// <exception cref="IOException">It can't be opened or locked.</exception>
    public static async Task<SafeFileHandle?> TakeAsync(string manifest, CancellationToken cancellationToken)
    {
        while (Libc.OpenExisting(manifest) is { } file)
        {
            try
            {
                // Somebody who looks whether it is in use, or takes it away, is about to let go.
                if (!Flock.TryTake(file, shared: true))
                {
                    await Flock.TakeAsync(file, shared: true, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Win32Exception exception)
            {
                file.Dispose();
                throw new IOException($"{manifest} can't be locked: {exception.Message}", exception);
            }

            if (FileIdentity.Of(file) is { } identity && identity.IsSameFile(FileIdentity.Of(manifest)))
            {
                return file;
            }

            file.Dispose();
        }

        return null;
    }

    /// <summary>Holds it alone, against every use; null where it is in use or not there.</summary>
    /// <exception cref="IOException">It can't be opened.</exception>
    public static SafeFileHandle? TryTakeAlone(string manifest)
    {
        var file = Libc.OpenExisting(manifest);
        if (file is not null && !Flock.TryTake(file, shared: false))
        {
            file.Dispose();
            return null;
        }

        return file;
    }

    /// <summary>Whether somebody uses it. To find out, it is held alone for a moment, in which others wait.</summary>
    public static bool IsTaken(string manifest)
    {
        try
        {
            using var alone = TryTakeAlone(manifest);
            return alone is null && File.Exists(manifest);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
