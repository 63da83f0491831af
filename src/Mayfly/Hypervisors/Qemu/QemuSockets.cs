namespace Mayfly.Hypervisors.Qemu;

/// <summary>The Unix sockets of a sandbox's directory that Mayfly listens on and QEMU connects to.</summary>
/// <param name="Control">For the monitor protocol, QMP.</param>
/// <param name="Console">For the guest's first serial port.</param>
internal sealed record QemuSockets(string Control, string Console)
{
    /// <summary>The sockets of a sandbox's directory.</summary>
    public static QemuSockets In(string directory) =>
        new(Path.Combine(directory, "qmp.sock"), Path.Combine(directory, "console.sock"));
}
