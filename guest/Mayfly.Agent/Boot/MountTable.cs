using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>The file systems every program expects. What can't be mounted is a warning, never the end.</summary>
internal sealed class MountTable(BootLog log)
{
    private const nuint NoProgramsOrDevices = Linux.MS_NOSUID | Linux.MS_NODEV | Linux.MS_NOEXEC;

    public void MountKernelInterfaces()
    {
        Mount("proc", "/proc", "proc", NoProgramsOrDevices);
        Mount("sysfs", "/sys", "sysfs", NoProgramsOrDevices);
        Mount("devtmpfs", "/dev", "devtmpfs", Linux.MS_NOSUID, "mode=0755");
    }

    public void MountTheRest()
    {
        Mount("devpts", "/dev/pts", "devpts", Linux.MS_NOSUID | Linux.MS_NOEXEC, "gid=5,mode=0620,ptmxmode=0666");
        Mount("tmpfs", "/dev/shm", "tmpfs", Linux.MS_NOSUID | Linux.MS_NODEV, "mode=1777");
        Mount("tmpfs", "/tmp", "tmpfs", Linux.MS_NOSUID | Linux.MS_NODEV, "mode=1777");
        Mount("tmpfs", "/run", "tmpfs", Linux.MS_NOSUID | Linux.MS_NODEV, "mode=0755");
    }

    /// <summary>
    /// The option keeps moves between groups, of which every command is one, from waiting for an RCU grace period;
    /// kernels before 6.0 don't know it.
    /// </summary>
    public void MountControlGroups()
    {
        if (Libc.Mount("cgroup2", "/sys/fs/cgroup", "cgroup2", NoProgramsOrDevices, "favordynmods") != 0)
        {
            Mount("cgroup2", "/sys/fs/cgroup", "cgroup2", NoProgramsOrDevices);
        }
    }

    private void Mount(string source, string target, string type, nuint flags, string? data = null)
    {
        _ = Libc.MakeDirectory(target, 0b111_101_101);
        if (Libc.Mount(source, target, type, flags, data) == 0)
        {
            return;
        }

        var errno = Marshal.GetLastPInvokeError();
        if (errno != Errno.EBUSY)
        {
            log.Warn($"could not mount {type} on {target}: {NativeException.Describe(errno)}");
        }
    }
}
