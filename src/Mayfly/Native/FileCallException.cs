using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>A system call on a file failed.</summary>
internal sealed class FileCallException(string path, int error)
    : IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}")
{
    /// <summary>ENOENT.</summary>
    public const int Absent = 2;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>EXDEV; from openat2: the path leads out of its root.</summary>
    public const int CrossesRoot = 18;

    /// <summary>ENOTDIR.</summary>
    public const int NotADirectory = 20;

    /// <summary>ENOSYS: a kernel before 5.6.</summary>
    public const int NotImplemented = 38;

    /// <summary>EPERM: what some container runtimes answer to a call they do not know.</summary>
    public const int NotPermitted = 1;

    /// <summary>ELOOP; with the flags used here: a symbolic link is on the way.</summary>
    public const int LinkOnTheWay = 40;

    /// <summary>The error number.</summary>
    public int Error { get; } = error;

    /// <summary>Whether the path would have led through a link, out of its root or through something else than a directory.</summary>
    public bool IsUnsafePath => Error is CrossesRoot or NotADirectory or LinkOnTheWay;

    /// <summary>The failure of the call just made on this thread.</summary>
    public static FileCallException FromLastError(string path) => new(path, Marshal.GetLastPInvokeError());
}
