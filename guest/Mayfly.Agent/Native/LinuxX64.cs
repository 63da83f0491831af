namespace Mayfly.Agent.Native;

/// <summary>Kernel constants that differ between architectures, for x86-64. Another architecture is another such file.</summary>
internal static class LinuxX64
{
    public const int O_DIRECTORY = 0x10000;
    public const int O_NOFOLLOW = 0x20000;
    public const int O_PATH = 0x200000;

    public const nint SYS_write = 1;
    public const nint SYS_close = 3;
    public const nint SYS_rt_sigaction = 13;
    public const nint SYS_rt_sigprocmask = 14;
    public const nint SYS_ioctl = 16;
    public const nint SYS_dup2 = 33;
    public const nint SYS_execve = 59;
    public const nint SYS_fcntl = 72;
    public const nint SYS_chdir = 80;
    public const nint SYS_umask = 95;
    public const nint SYS_getppid = 110;
    public const nint SYS_setsid = 112;
    public const nint SYS_setgroups = 116;
    public const nint SYS_setresuid = 117;
    public const nint SYS_setresgid = 119;
    public const nint SYS_mknod = 133;
    public const nint SYS_prctl = 157;
    public const nint SYS_getdents64 = 217;
    public const nint SYS_unshare = 272;
    public const nint SYS_exit_group = 231;
    public const nint SYS_prlimit64 = 302;
    public const nint SYS_finit_module = 313;
    public const nint SYS_pidfd_send_signal = 424;
    public const nint SYS_pidfd_open = 434;
    public const nint SYS_close_range = 436;
    public const nint SYS_openat2 = 437;

    public const nint CLOSE_RANGE_CLOEXEC = 4;
}
