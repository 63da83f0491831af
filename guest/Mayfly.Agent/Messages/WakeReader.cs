using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="WakeSettings"/>. They are bounded by the frame they come in.</summary>
internal sealed class WakeReader
{
    private readonly List<WakeFile> _files = [];
    private string? _hostName;
    private long? _unixTimeMs;
    private byte[]? _entropy;
    private string? _machineId;
    private SshSettings? _ssh;
    private IReadOnlyList<LayerSettings> _layers = [];

    private WakeReader()
    {
    }

    /// <exception cref="ProtocolException">They are malformed.</exception>
    public static WakeSettings Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new WakeReader();
        JsonText.ReadObject(bytes, "wake message", fields.ReadProperty);
        return new WakeSettings
        {
            HostName = fields._hostName ?? throw new ProtocolException("a wake message without a host name"),
            UnixTimeMs = fields._unixTimeMs is >= 0 and var time ? time : throw new ProtocolException("a wake message without the time"),
            Entropy = fields._entropy is { Length: WakeSettings.EntropyBytes } entropy
                ? entropy
                : throw new ProtocolException($"a wake message without {WakeSettings.EntropyBytes} random bytes"),
            MachineId = MachineIdText.Require(fields._machineId),
            Files = fields._files,
            Ssh = fields._ssh,
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
            case "entropy":
                _entropy = reader.GetBytesFromBase64();
                break;
            case "machineId":
                _machineId = reader.GetString();
                break;
            case "files":
                ReadFiles(ref reader);
                break;
            case "ssh":
                _ssh = SshSettingsReader.Read(ref reader);
                break;
            case "layers":
                _layers = LayersReader.Read(ref reader) ?? [];
                break;
            default:
                reader.Skip();
                break;
        }
    }

    private void ReadFiles(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array is expected");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            _files.Add(WakeFileReader.Read(ref reader));
        }
    }
}
