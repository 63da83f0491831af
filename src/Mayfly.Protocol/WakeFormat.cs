using System.Buffers.Binary;
using System.Text;

namespace Mayfly.Protocol;

/// <summary>
/// The payload of a <see cref="FrameType.Wake"/>: what every copy of a machine is given has its place, little-endian, because
/// where processors are emulated a copy pays for each part of its code that runs, and reading JSON is a large one.
/// <list type="table">
/// <item><term>64 bytes</term><description><see cref="WakeSettings.Entropy"/></description></item>
/// <item><term>8</term><description><see cref="WakeSettings.UnixTimeMs"/></description></item>
/// <item><term>32</term><description><see cref="WakeSettings.MachineId"/> in ASCII</description></item>
/// <item><term>2</term><description>how long the host name is</description></item>
/// <item><term>so many</term><description><see cref="WakeSettings.HostName"/> in UTF-8</description></item>
/// <item><term>the rest</term><description><see cref="WakeSettings.Parts"/> as JSON; nothing where there are none</description></item>
/// </list>
/// </summary>
public static class WakeFormat
{
    /// <summary>Where the time is.</summary>
    public const int TimeOffset = WakeSettings.EntropyBytes;

    /// <summary>Where the machine's id is.</summary>
    public const int MachineIdOffset = TimeOffset + sizeof(long);

    /// <summary>Digits of a machine's id.</summary>
    public const int MachineIdBytes = 32;

    /// <summary>Where the length of the host name is.</summary>
    public const int NameLengthOffset = MachineIdOffset + MachineIdBytes;

    /// <summary>Where the host name is.</summary>
    public const int NameOffset = NameLengthOffset + sizeof(ushort);

    /// <summary>Encodes the settings.</summary>
    /// <exception cref="ProtocolException">They exceed <see cref="ProtocolLimits.MaxControlBytes"/>, or one of them its place.</exception>
    public static byte[] Encode(WakeSettings settings)
    {
        var name = Encoding.UTF8.GetBytes(settings.HostName);
        if (settings.Entropy.Length != WakeSettings.EntropyBytes || settings.MachineId.Length != MachineIdBytes || name.Length > ushort.MaxValue)
        {
            throw new ProtocolException(
                $"a wake message of {settings.Entropy.Length} random bytes, a machine id of {settings.MachineId.Length} digits and a host name of {name.Length} bytes");
        }

        var parts = settings.Parts is null or { Files.Count: 0, Ssh: null, Layers.Count: 0 }
            ? []
            : ProtocolJson.Encode(settings.Parts, ProtocolJson.Default.WakeParts);
        var length = NameOffset + name.Length + parts.Length;
        if (length > ProtocolLimits.MaxControlBytes)
        {
            throw new ProtocolException($"a wake message of {length} bytes exceeds the limit of {ProtocolLimits.MaxControlBytes}");
        }

        var bytes = new byte[length];
        settings.Entropy.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(TimeOffset), settings.UnixTimeMs);
        Encoding.ASCII.GetBytes(settings.MachineId, bytes.AsSpan(MachineIdOffset, MachineIdBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(NameLengthOffset), (ushort)name.Length);
        name.CopyTo(bytes, NameOffset);
        parts.CopyTo(bytes, NameOffset + name.Length);
        return bytes;
    }

    /// <summary>Decodes them.</summary>
    /// <exception cref="ProtocolException">They are cut short, or their JSON is malformed.</exception>
    public static WakeSettings Decode(ReadOnlySpan<byte> bytes)
    {
        var name = NameIn(bytes);
        var rest = bytes[(NameOffset + name.Length)..];
        return new WakeSettings
        {
            HostName = Encoding.UTF8.GetString(name),
            UnixTimeMs = BinaryPrimitives.ReadInt64LittleEndian(bytes[TimeOffset..]),
            Entropy = bytes[..WakeSettings.EntropyBytes].ToArray(),
            MachineId = Encoding.ASCII.GetString(bytes.Slice(MachineIdOffset, MachineIdBytes)),
            Parts = rest.IsEmpty ? null : ProtocolJson.Decode(rest, ProtocolJson.Default.WakeParts),
        };
    }

    /// <summary>The host name in a message; what comes before it is then known to be there whole.</summary>
    /// <exception cref="ProtocolException">The message is cut short.</exception>
    public static ReadOnlySpan<byte> NameIn(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= NameOffset
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes[NameLengthOffset..]) is var length
        && length <= bytes.Length - NameOffset
            ? bytes.Slice(NameOffset, length)
            : throw new ProtocolException($"a wake message that is cut short at {bytes.Length} bytes");
}
