using System.Security.Cryptography;
using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>Tells the sandbox's owner from whoever else can dial the guest.</summary>
internal static class SessionKey
{
    /// <summary>The owner sends it at once; a stranger must not keep the owner waiting.</summary>
    private const long PatienceMs = 5000;

    /// <summary>Whether the peer's first bytes are the key. Reads no byte behind it.</summary>
    public static unsafe bool IsSentOn(Descriptor socket, string key)
    {
        var expected = Encoding.ASCII.GetBytes(key);
        var sent = new byte[expected.Length];
        var deadline = Environment.TickCount64 + PatienceMs;
        for (var length = 0; length < sent.Length;)
        {
            var watch = new PollFd { Descriptor = socket.Number, Events = (short)Linux.EPOLLIN };

            // SAFETY: one structure, written by the kernel during the call.
            if (Libc.Poll(&watch, 1, (int)Math.Max(0, deadline - Environment.TickCount64)) <= 0)
            {
                return false;
            }

            // SAFETY: reads into the rest of the pinned array only.
            fixed (byte* start = sent)
            {
                var count = Libc.Read(socket, start + length, (nuint)(sent.Length - length));
                if (count <= 0)
                {
                    return false;
                }

                length += (int)count;
            }
        }

        return CryptographicOperations.FixedTimeEquals(sent, expected);
    }
}
