using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Finds the virtio-serial port the host speaks on, by the name the host gave it.</summary>
internal static class SessionPort
{
    private const string Ports = "/sys/class/virtio-ports";

    public static Descriptor Open(DeviceEvents events)
    {
        while (true)
        {
            if (Find() is { } name)
            {
                var port = Libc.Open($"/dev/{name}", Linux.O_RDWR | Linux.O_CLOEXEC | Linux.O_NONBLOCK, 0);
                if (!port.IsInvalid)
                {
                    return port;
                }
            }

            events.Wait();
        }
    }

    private static string? Find()
    {
        using var directory = Libc.Open(Ports, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            return null;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            var device = entries.NameText;
            if (Files.TryReadText($"{Ports}/{device}/name", 256)?.Trim() == GuestPaths.SessionPort)
            {
                return device;
            }
        }

        return null;
    }
}
