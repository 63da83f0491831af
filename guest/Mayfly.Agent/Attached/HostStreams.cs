using Mayfly.Agent.Native;

namespace Mayfly.Agent.Attached;

/// <summary>
/// The conversation's two descriptors, which were this process's standard streams: out of the way of the commands, which
/// must not inherit them.
/// </summary>
internal static class HostStreams
{
    private const int FirstFree = 3;

    /// <exception cref="NativeException">There are none, or they are files, which have no other end.</exception>
    public static (Descriptor Input, Descriptor Output) Take()
    {
        // What whoever started this one had open is no business of the commands; an old kernel doesn't know the call.
        _ = Libc.SystemCall(LinuxX64.SYS_close_range, FirstFree, unchecked((nint)uint.MaxValue), LinuxX64.CLOSE_RANGE_CLOEXEC, 0);
        var input = Copy(0, "standard input");
        var output = Copy(1, "standard output");
        using var nothing = Libc.Open("/dev/null", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
        if (nothing.IsInvalid || Libc.SystemCall(LinuxX64.SYS_dup2, nothing, 0, 0, 0) < 0)
        {
            throw NativeException.Last("putting /dev/null in the place of standard input");
        }

        // Whatever writes there by mistake says it where problems are said.
        if (Libc.SystemCall(LinuxX64.SYS_dup2, 2, 1, 0, 0) < 0)
        {
            _ = Libc.SystemCall(LinuxX64.SYS_dup2, nothing, 1, 0, 0);
            _ = Libc.SystemCall(LinuxX64.SYS_dup2, nothing, 2, 0, 0);
        }

        return (input, output);
    }

    private static Descriptor Copy(int number, string name)
    {
        // Never disposed of: it is about to become another's number.
        var standard = new Descriptor(number);
        var copy = Libc.Duplicate(standard, Linux.F_DUPFD_CLOEXEC, FirstFree);
        standard.SetHandleAsInvalid();
        if (copy.IsInvalid)
        {
            throw NativeException.Last(name);
        }

        return Files.TryGetStatus(copy) is { Type: Linux.S_IFIFO or Linux.S_IFSOCK }
            ? copy
            : throw new NativeException($"{name} is neither a pipe nor a socket", Errno.EINVAL);
    }
}
