using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>The disks that layers are on, by their serial numbers.</summary>
internal sealed unsafe class LayerDisks : IDisposable
{
    /// <summary>For the driver to find the disks; mostly it has by the time it is loaded.</summary>
    private const int PatienceMs = 5000;

    private const string Disks = "/sys/block";
    private const int MaxSerialBytes = 64;

    private readonly Dictionary<string, string> _found = [];
    private DeviceEvents? _events;

    /// <summary>
    /// The device of that disk. Nothing of it is in the kernel's memory afterwards: in a copy of a frozen machine another
    /// content may lie behind it than what the kernel has read there.
    /// </summary>
    /// <exception cref="NativeException">There is no such disk.</exception>
    public string Open(string serial)
    {
        var device = Find(serial);
        using var disk = Libc.Open(device, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);

        // SAFETY: this request has no argument.
        if (disk.IsInvalid || Libc.DeviceControl(disk, Linux.BLKFLSBUF, null) != 0)
        {
            throw NativeException.Last($"opening the disk {serial} ({device})");
        }

        return device;
    }

    public void Dispose() => _events?.Dispose();

    private string Find(string serial)
    {
        var deadline = Environment.TickCount64 + PatienceMs;
        while (true)
        {
            if (_found.TryGetValue(serial, out var known) || (LookAround() && _found.TryGetValue(serial, out known)))
            {
                return known;
            }

            // What has appeared between the look and the listening must not be waited for, so look once more.
            if (_events is null)
            {
                _events = new DeviceEvents();
                continue;
            }

            var left = deadline - Environment.TickCount64;
            if (left <= 0 || !_events.Wait((int)left))
            {
                throw new NativeException($"the disk {serial}", Errno.ENODEV);
            }
        }
    }

    private bool LookAround()
    {
        using var directory = Libc.Open(Disks, Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            return false;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            var name = entries.NameText;
            if (Files.TryReadText($"{Disks}/{name}/serial", MaxSerialBytes)?.Trim() is { Length: > 0 } serial)
            {
                _found[serial] = $"/dev/{name}";
            }
        }

        return true;
    }
}
