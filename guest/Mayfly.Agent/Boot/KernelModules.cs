using System.Runtime.InteropServices;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>Loads the modules of one of the image's lists, in its order.</summary>
internal static class KernelModules
{
    private const int MaxListBytes = 64 * 1024;

    public static void LoadAll(string list, BootLog log)
    {
        foreach (var line in (Files.TryReadText(list, MaxListBytes) ?? "").Split('\n'))
        {
            var path = line.Trim();
            if (path.Length > 0 && path[0] != '#')
            {
                Load(path, log);
            }
        }
    }

    private static unsafe void Load(string path, BootLog log)
    {
        using var file = Libc.Open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        var result = (nint)(-1);
        if (!file.IsInvalid)
        {
            var noParameters = (byte)0;

            // SAFETY: the parameter string is one NUL that outlives the call.
            result = Libc.SystemCall(LinuxX64.SYS_finit_module, file, (nint)(&noParameters), 0, 0);
        }

        var errno = Marshal.GetLastPInvokeError();
        if (result != 0 && errno != Errno.EEXIST)
        {
            log.Warn($"could not load the kernel module {path}: {NativeException.Describe(errno)}");
        }
    }
}
