using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>How many files the agent may open, and the commands it starts.</summary>
internal static unsafe class OpenFileLimit
{
    // Seven for each of the most channels there can be, with room to spare.
    private const ulong Own = 16 * 1024;

    // What distributions give their services.
    private const ulong SoftOfCommands = 1024;
    private const ulong HardOfCommands = 524_288;

    private static ulong _hardOfCommands = HardOfCommands;

    public static ResourceLimit OfCommands => new() { Soft = Math.Min(SoftOfCommands, _hardOfCommands), Hard = _hardOfCommands };

    /// <summary>Lets the agent have as many as it may need, or as the system grants it.</summary>
    public static void Raise(BootLog log)
    {
        var wanted = new ResourceLimit { Soft = Own, Hard = Own };
        var present = default(ResourceLimit);
        if (Libc.EffectiveUserId() != 0)
        {
            // SAFETY: the kernel fills the local structure; a process id of 0 means this one.
            _ = Libc.SystemCall(LinuxX64.SYS_prlimit64, 0, Linux.RLIMIT_NOFILE, 0, (nint)(&present));

            // Who is not root can't have more than this, nor give it to a command.
            _hardOfCommands = present.Hard;
            wanted = present with { Soft = Math.Min(Own, present.Hard) };
        }

        // SAFETY: the kernel reads the local structure.
        if (Libc.SystemCall(LinuxX64.SYS_prlimit64, 0, Linux.RLIMIT_NOFILE, (nint)(&wanted), 0) != 0)
        {
            log.Warn(NativeException.Last("raising the limit of open files").Message);
        }
    }
}
