using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Mayfly.Agent.Native;

/// <summary>What netdevice(7) can't do: rtnetlink(7).</summary>
internal static unsafe class RouteSocket
{
    private const int TypeOffset = 4;
    private const int ErrorOffset = 16;
    private const int AnswerBytes = 256;

    /// <summary>Removes the interface of that index.</summary>
    /// <returns>0 or the error number.</returns>
    /// <exception cref="NativeException">The kernel can't be asked.</exception>
    public static int DeleteLink(int index)
    {
        using var socket = Libc.Socket(Linux.AF_NETLINK, Linux.SOCK_DGRAM | Linux.SOCK_CLOEXEC, Linux.NETLINK_ROUTE);
        var request = new LinkMessage
        {
            Length = (uint)sizeof(LinkMessage),
            Type = Linux.RTM_DELLINK,
            Flags = Linux.NLM_F_REQUEST | Linux.NLM_F_ACK,
            Index = index,
        };

        // SAFETY: the kernel copies the local structure, whose size is passed along.
        if (socket.IsInvalid || Libc.Send(socket, (byte*)&request, (nuint)sizeof(LinkMessage), 0) != sizeof(LinkMessage))
        {
            throw NativeException.Last("asking the kernel to remove a network interface");
        }

        var answer = stackalloc byte[AnswerBytes];

        // SAFETY: at most so many bytes go into the buffer, and no more of them are looked at than have come. The answer is
        // there by the time the request has been sent.
        var length = Libc.Read(socket, answer, AnswerBytes);
        var bytes = new ReadOnlySpan<byte>(answer, (int)Math.Max(0, length));
        return bytes.Length >= ErrorOffset + sizeof(int) && BinaryPrimitives.ReadUInt16LittleEndian(bytes[TypeOffset..]) == Linux.NLMSG_ERROR
            ? -BinaryPrimitives.ReadInt32LittleEndian(bytes[ErrorOffset..])
            : throw new NativeException("the kernel's answer about a network interface", length < 0 ? Marshal.GetLastPInvokeError() : Errno.EIO);
    }
}
