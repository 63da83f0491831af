namespace Mayfly.Hypervisors.Qemu;

/// <summary>Reads what <c>qemu-system-… -device help</c> prints: headings, and a line <c>name "…", bus …</c> for each device.</summary>
internal static class QemuDeviceList
{
    /// <summary>The vsock device of a machine without PCI that a process of Mayfly's is the back end of.</summary>
    public const string VhostUserVsock = "vhost-user-vsock-device";

    /// <summary>The vsock device of a machine without PCI that the host's kernel is the back end of.</summary>
    public const string KernelVsock = "vhost-vsock-device";

    /// <summary>The vsock devices in it, or null where it lists no device at all.</summary>
    public static VsockDevices? Parse(string output)
    {
        const string begin = "name \"";
        var names = output.Split('\n')
            .Where(line => line.StartsWith(begin, StringComparison.Ordinal))
            .Select(line => line[begin.Length..].Split('"')[0])
            .ToHashSet(StringComparer.Ordinal);
        return names.Count == 0 ? null : new VsockDevices(names.Contains(VhostUserVsock), names.Contains(KernelVsock));
    }
}
