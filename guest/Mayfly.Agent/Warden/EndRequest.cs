using Mayfly.Agent.Native;
using Mayfly.Agent.Transfer;

namespace Mayfly.Agent.Warden;

/// <summary>
/// How a warden is asked to end its sandbox by somebody else than the owner: a byte in a named pipe in the sandbox's
/// directory. Neither a process number nor a signal is involved that could mean something else.
/// </summary>
internal static unsafe class EndRequest
{
    private const int OwnerOnlyPipe = 0x1000 | 0b110_000_000;

    /// <summary>
    /// Makes the pipe. It is open for writing here as well, so that it never ends. Where it can't be had, the warden is
    /// killed by those who ask in vain, and they do the rest.
    /// </summary>
    /// <returns>What becomes readable with the request; invalid where it can't be had.</returns>
    public static Descriptor Listen(SandboxPlace place)
    {
        // SAFETY: the path ends in a NUL and is pinned during the call.
        fixed (byte* path = GuestPath.Native(place.EndPath))
        {
            _ = Libc.SystemCall(LinuxX64.SYS_mknod, (nint)path, OwnerOnlyPipe, 0, 0);
        }

        return Libc.Open(place.EndPath, Linux.O_RDWR | Linux.O_NONBLOCK | Linux.O_CLOEXEC, 0);
    }

    /// <summary>Asks; nobody listens where the warden is gone.</summary>
    public static void Send(SandboxPlace place)
    {
        using var pipe = Libc.Open(place.EndPath, Linux.O_WRONLY | Linux.O_NONBLOCK | Linux.O_CLOEXEC | LinuxX64.O_NOFOLLOW, 0);
        if (!pipe.IsInvalid)
        {
            Files.TryWrite(pipe, "e"u8);
        }
    }
}
