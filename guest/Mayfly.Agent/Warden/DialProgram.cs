using Mayfly.Agent.Native;

namespace Mayfly.Agent.Warden;

/// <summary>
/// Connects to a Unix socket and passes the connection over its standard output, as OpenSSH's ProxyUseFdpass wants it: one
/// byte with the descriptor beside it. Nothing of this process stays in between.
/// </summary>
internal static unsafe class DialProgram
{
    // A listener whose queue stays full for so long serves nobody.
    private const long PatienceSeconds = 10;

    /// <returns>The exit code.</returns>
    /// <exception cref="NativeException">Nobody listens there, or standard output is no socket.</exception>
    public static int Run(string path)
    {
        if (!UnixAddress.TryParse(path, out var address))
        {
            throw new NativeException($"'{path}' is too long for a socket, whose path has at most {UnixAddress.MaxPathBytes} bytes", Errno.ENAMETOOLONG);
        }

        using var socket = Libc.Socket(Linux.AF_UNIX, Linux.SOCK_STREAM | Linux.SOCK_CLOEXEC, 0);
        SetPatience(socket, PatienceSeconds);

        // SAFETY: the kernel copies the address before the call returns.
        if (socket.IsInvalid || Libc.Connect(socket, &address, (uint)sizeof(UnixAddress)) != 0)
        {
            throw NativeException.Last($"connecting to '{path}'");
        }

        SetPatience(socket, 0);
        Pass(socket);
        return 0;
    }

    private static void SetPatience(Descriptor socket, long seconds)
    {
        var limit = new TimeSpec { Seconds = seconds };

        // SAFETY: struct timeval has the same two fields; the kernel copies it.
        _ = Libc.SetSocketOption(socket, Linux.SOL_SOCKET, Linux.SO_SNDTIMEO, &limit, (uint)sizeof(TimeSpec));
    }

    private static void Pass(Descriptor socket)
    {
        byte data = 0;
        var vector = new IoVector { Base = &data, Length = 1 };
        var rights = new DescriptorMessage
        {
            Length = (nuint)DescriptorMessage.UsedBytes,
            Level = Linux.SOL_SOCKET,
            Type = Linux.SCM_RIGHTS,
            Descriptor = socket.Number,
        };
        var message = new MessageHeader { Vectors = &vector, VectorCount = 1, Control = &rights, ControlLength = (nuint)sizeof(DescriptorMessage) };

        // SAFETY: all of the message lies on this frame, and the kernel reads it during the call.
        if (Libc.SendMessage(1, &message, 0) != 1)
        {
            throw NativeException.Last("passing the connection over standard output");
        }
    }
}
