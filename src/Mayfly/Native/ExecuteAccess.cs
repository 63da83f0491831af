using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>The right to start a program, which is more than a bit of its mode: mounts can withhold it.</summary>
internal static partial class ExecuteAccess
{
    private const int Execute = 1;

    /// <summary>Whether this user may execute the file.</summary>
    public static bool IsGranted(string path) => Access(path, Execute) == 0;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);
}
