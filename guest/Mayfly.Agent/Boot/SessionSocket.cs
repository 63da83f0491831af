using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Agent.Vsock;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Takes the one vsock connection that the host speaks on, once it has told the host that it may come.</summary>
internal static class SessionSocket
{
    /// <summary>Announces this machine and returns the connection that begins with the session's key.</summary>
    /// <exception cref="NativeException">There is no vsock in this kernel, or nobody at the host's end.</exception>
    public static Descriptor Open(VsockSettings settings, DeviceEvents events)
    {
        // It goes when the session has come: there is only one.
        using var listener = VsockSocket.Listen(VsockPorts.Session, 0);
        Announce(settings.AnnouncePort, events);
        while (true)
        {
            var socket = VsockSocket.Accept(listener, 0, out var fromHost);
            if (fromHost && SessionKey.IsSentOn(socket, settings.SessionKey))
            {
                return socket;
            }

            if (socket.IsInvalid && Marshal.GetLastPInvokeError() is not (Errno.EINTR or Errno.ECONNABORTED))
            {
                throw NativeException.Last("waiting for the session's connection");
            }

            socket.Dispose();
        }
    }

    private static void Announce(uint port, DeviceEvents events)
    {
        while (true)
        {
            switch (VsockSocket.Dial(port))
            {
                case 0:
                    return;
                case Errno.EINTR:

                // The kernel's own two seconds, which a busy host may need more than once.
                case Errno.ETIMEDOUT:
                    break;

                // The driver is there, its device is not yet.
                case Errno.ENODEV or Errno.ENETUNREACH:
                    events.Wait();
                    break;
                case var errno:
                    throw new NativeException($"announcing this machine on the host's vsock port {port}", errno);
            }
        }
    }
}
