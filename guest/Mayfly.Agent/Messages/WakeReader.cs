using System.Buffers.Binary;
using System.Text;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="WakeSettings"/>. They are bounded by the frame they come in.</summary>
internal static class WakeReader
{
    /// <exception cref="ProtocolException">They are malformed.</exception>
    public static WakeSettings Read(ReadOnlySpan<byte> bytes)
    {
        // Found first: with it, all before it is there.
        var name = WakeFormat.NameIn(bytes);
        var parts = bytes[(WakeFormat.NameOffset + name.Length)..];
        return new WakeSettings
        {
            HostName = Encoding.UTF8.GetString(name),
            UnixTimeMs = BinaryPrimitives.ReadInt64LittleEndian(bytes[WakeFormat.TimeOffset..]) is >= 0 and var time
                ? time
                : throw new ProtocolException("a wake message without the time"),
            Entropy = bytes[..WakeSettings.EntropyBytes].ToArray(),
            MachineId = MachineIdText.Require(Encoding.ASCII.GetString(bytes.Slice(WakeFormat.MachineIdOffset, WakeFormat.MachineIdBytes))),
            Parts = parts.IsEmpty ? null : WakePartsReader.Read(parts),
        };
    }
}
