using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads <see cref="WakeParts"/>.</summary>
internal sealed class WakePartsReader
{
    private readonly List<WakeFile> _files = [];
    private SshSettings? _ssh;
    private IReadOnlyList<LayerSettings> _layers = [];

    private WakePartsReader()
    {
    }

    /// <exception cref="ProtocolException">They are malformed.</exception>
    public static WakeParts Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new WakePartsReader();
        JsonText.ReadObject(bytes, "wake message", fields.ReadProperty);
        return new WakeParts { Files = fields._files, Ssh = fields._ssh, Layers = fields._layers };
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
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
