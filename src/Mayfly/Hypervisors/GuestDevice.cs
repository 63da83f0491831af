namespace Mayfly.Hypervisors;

/// <summary>A device a transport asks the monitor for.</summary>
internal abstract record GuestDevice;

/// <summary>A virtio-serial port whose other end is a Unix socket that Mayfly listens on and the monitor connects to.</summary>
/// <param name="Name">The port's name in the guest.</param>
/// <param name="SocketPath">The listening socket; exists before the monitor starts.</param>
internal sealed record SerialPortDevice(string Name, string SocketPath) : GuestDevice;
