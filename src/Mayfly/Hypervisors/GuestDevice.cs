namespace Mayfly.Hypervisors;

/// <summary>A device a transport asks the monitor for.</summary>
internal abstract record GuestDevice;

/// <summary>A virtio-serial port whose other end is a Unix socket that Mayfly listens on and the monitor connects to.</summary>
/// <param name="Name">The port's name in the guest.</param>
/// <param name="SocketPath">The listening socket; exists before the monitor starts.</param>
internal sealed record SerialPortDevice(string Name, string SocketPath) : GuestDevice;

/// <summary>A vsock device that Mayfly itself is the back end of; the machine's memory is then shared with it.</summary>
/// <param name="SocketPath">Where the back end listens; exists before the monitor starts.</param>
internal sealed record VhostUserVsockDevice(string SocketPath) : GuestDevice;

/// <summary>A vsock device that the host's kernel is the back end of (<c>/dev/vhost-vsock</c>).</summary>
/// <param name="ContextId">The guest's context id, leased for as long as the machine lives; 3 and up.</param>
internal sealed record KernelVsockDevice(uint ContextId) : GuestDevice;
