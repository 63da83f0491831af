using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>The kernel's random generator, whose state all copies of a machine begin with.</summary>
internal static unsafe class RandomGenerator
{
    private const int BitsPerByte = 8;

    private const string Device = "/dev/urandom";

    /// <summary>Opens it for <see cref="Reseed"/>; null where that can't be done.</summary>
    public static Descriptor? TryOpen()
    {
        var device = Libc.Open(Device, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        return device.IsInvalid ? null : device;
    }

    /// <summary>Mixes the host's random bytes in, and has everything that the kernel hands out from here on depend on them.</summary>
    /// <exception cref="NativeException">The kernel does not take them.</exception>
    public static void Reseed(Descriptor? device, ReadOnlySpan<byte> entropy)
    {
        if (device is null)
        {
            throw NativeException.Last($"opening {Device}");
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
