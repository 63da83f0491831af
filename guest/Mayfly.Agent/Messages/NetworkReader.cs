using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="NetworkSettings"/>. What the addresses are worth is found out where they are set.</summary>
internal static class NetworkReader
{
    /// <exception cref="ProtocolException">A number is out of its range.</exception>
    public static NetworkSettings Read(ref Utf8JsonReader reader)
    {
        var settings = new NetworkSettings();
        JsonText.ReadProperties(ref reader, (ref Utf8JsonReader reader, string name) =>
        {
            switch (name)
            {
                case "address":
                    settings = settings with { Address = reader.GetString() };
                    break;
                case "prefixLength":
                    settings = settings with { PrefixLength = reader.GetInt32() };
                    break;
                case "gateway":
                    settings = settings with { Gateway = reader.GetString() };
                    break;
                case "dnsServer":
                    settings = settings with { DnsServer = reader.GetString() };
                    break;
                case "mtu":
                    settings = settings with { Mtu = reader.GetInt32() };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        });
        return settings.PrefixLength is >= 1 and <= 32
            ? settings
            : throw new ProtocolException($"network settings with a prefix of {settings.PrefixLength} bits");
    }
}
