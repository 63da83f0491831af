using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="GuestSettings"/>.</summary>
internal sealed class SettingsReader
{
    private string? _hostName;
    private long? _unixTimeMs;
    private VsockSettings? _vsock;
    private NetworkSettings? _network;
    private SshSettings? _ssh;
    private bool _hasDisks;
    private string? _machineId;
    private IReadOnlyList<LayerSettings>? _layers;

    private SettingsReader()
    {
    }

    /// <exception cref="ProtocolException">They are malformed.</exception>
    public static GuestSettings Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new SettingsReader();
        JsonText.ReadObject(bytes, "settings file", fields.ReadProperty);
        return new GuestSettings
        {
            HostName = fields._hostName ?? throw new ProtocolException("a settings file without a host name"),
            UnixTimeMs = fields._unixTimeMs,
            Vsock = fields._vsock,
            Network = fields._network,
            Ssh = fields._ssh,
            HasDisks = fields._hasDisks,
            MachineId = fields._machineId,
            Layers = fields._layers,
        };
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "hostName":
                _hostName = reader.GetString();
                break;
            case "unixTimeMs":
                _unixTimeMs = reader.GetInt64();
                break;
            case "vsock":
                _vsock = ReadVsock(ref reader);
                break;
            case "network":
                _network = NetworkReader.Read(ref reader);
                break;
            case "ssh":
                _ssh = SshSettingsReader.Read(ref reader);
                break;
            case "hasDisks":
                _hasDisks = reader.GetBoolean();
                break;
            case "machineId":
                _machineId = MachineIdText.Require(reader.GetString());
                break;
            case "layers":
                _layers = LayersReader.Read(ref reader);
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private static VsockSettings ReadVsock(ref Utf8JsonReader reader)
    {
        uint? announcePort = null;
        string? sessionKey = null;
        var servesJson = false;
        JsonText.ReadProperties(ref reader, (ref Utf8JsonReader reader, string name) =>
        {
            switch (name)
            {
                case "announcePort":
                    announcePort = reader.GetUInt32();
                    break;
                case "sessionKey":
                    sessionKey = reader.GetString();
                    break;
                case "servesJson":
                    servesJson = reader.GetBoolean();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        });
        return new VsockSettings
        {
            AnnouncePort = announcePort ?? throw new ProtocolException("vsock settings without a port to announce on"),
            SessionKey = sessionKey is { Length: VsockSettings.SessionKeyChars } ? sessionKey : throw new ProtocolException("vsock settings without a session key"),
            ServesJson = servesJson,
        };
    }
}
