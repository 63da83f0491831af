using System.Net.Sockets;
using Mayfly.Hypervisors;
using Mayfly.Native;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>Whether this host's kernel can give guests a vsock device, as this user.</summary>
internal static class KernelVsockHost
{
    /// <summary>Why it can't; null where it can. Opens the device, and closes it again.</summary>
    public static TransportObjection? Objection() => Objection(VhostVsockDevice.DefaultPath);

    public static TransportObjection? Objection(string devicePath)
    {
        if (DeviceFile.Objection(devicePath) is { } reason)
        {
            return new TransportObjection(reason, File.Exists(devicePath)
                ? $"Give this user read and write access to {devicePath}; on most systems the group kvm has that"
                : "Load its kernel module with 'sudo modprobe vhost_vsock'; in a container, on its host");
        }

        try
        {
            VsockNetwork.Kernel.Open().Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return new TransportObjection(
                $"the host's programs have no AF_VSOCK: {exception.Message}", "A container's seccomp profile may be why: allow the address family there");
        }
    }
}
