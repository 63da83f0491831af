using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>Makes directories of which it is known whether they existed, which Directory.CreateDirectory does not tell.</summary>
internal static partial class NewDirectory
{
    private const int ErrnoExists = 17;
    private const uint OwnerOnly = 0b111_000_000;

    /// <summary>Makes a directory with mode 0700.</summary>
    /// <returns>False where something of that name exists.</returns>
    /// <exception cref="IOException">It can't be made.</exception>
    public static bool TryCreatePrivate(string path)
    {
        if (MakeDirectory(path, OwnerOnly) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == ErrnoExists ? false : throw new IOException($"{path} can't be made", new Win32Exception(error));
    }

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);
}
