using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>The kernel's random generator, whose state all copies of a machine begin with.</summary>
internal static unsafe class RandomGenerator
{
    private const int BitsPerByte = 8;

    /// <summary>Mixes the host's random bytes in, and has everything that the kernel hands out from here on depend on them.</summary>
    /// <exception cref="NativeException">The kernel does not take them.</exception>
    public static void Reseed(ReadOnlySpan<byte> entropy)
    {
        using var device = Libc.Open("/dev/urandom", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (device.IsInvalid)
        {
            throw NativeException.Last("opening /dev/urandom");
        }

        var block = new EntropyBlock { EntropyBits = entropy.Length * BitsPerByte, Length = entropy.Length };

        // SAFETY: the span of the structure's bytes is as long as they are, so a longer copy throws.
        entropy.CopyTo(new Span<byte>(block.Bytes, WakeSettings.EntropyBytes));

        // SAFETY: one structure, a local, of whose bytes the kernel reads Length, which the copy has bounded.
        if (Libc.DeviceControl(device, Linux.RNDADDENTROPY, &block) != 0)
        {
            throw NativeException.Last("RNDADDENTROPY on /dev/urandom");
        }

        // The kernel would do it by itself some time within the next minutes.
        // SAFETY: this request has no argument.
        if (Libc.DeviceControl(device, Linux.RNDRESEEDCRNG, null) != 0)
        {
            throw NativeException.Last("RNDRESEEDCRNG on /dev/urandom");
        }
    }
}
