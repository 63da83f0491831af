using Mayfly.Native;

namespace Mayfly.Transports.Vsock.Kernel;

/// <summary>Whether this host's kernel can give guests a vsock device, as this user.</summary>
internal static class KernelVsockHost
{
    /// <summary>Why it can't, with the remedy; null where it can. Opens the device, and closes it again.</summary>
    public static string? Objection() => Objection(VhostVsockDevice.DefaultPath);

    internal static string? Objection(string devicePath)
    {
        if (!File.Exists(devicePath))
        {
            return $"{devicePath} does not exist. Load its kernel module: sudo modprobe vhost_vsock";
        }

        try
        {
            VhostVsockDevice.Open(devicePath).Dispose();
        }
        catch (IOException exception)
        {
            return $"{exception.Message}. Give yourself read and write access to it; on most systems the group kvm has that";
        }

        try
        {
            VsockNetwork.Kernel.Open().Dispose();
            return null;
        }
        catch (IOException exception)
        {
            return $"the host's programs have no AF_VSOCK: {exception.Message}. A container's seccomp profile may be why";
        }
    }
}
