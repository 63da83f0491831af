using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads of the host's <see cref="Hello"/> what concerns the guest: the versions.</summary>
internal sealed class HelloReader
{
    private int _version;
    private int _oldestVersion;

    private HelloReader()
    {
    }

    /// <exception cref="ProtocolException">It is malformed.</exception>
    public static Hello Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new HelloReader();
        JsonText.ReadObject(bytes, "hello", fields.ReadProperty);
        return new Hello { Version = fields._version, OldestVersion = fields._oldestVersion };
    }

    private void ReadProperty(ref Utf8JsonReader reader, string name)
    {
        switch (name)
        {
            case "version":
                _version = reader.GetInt32();
                break;
            case "oldestVersion":
                _oldestVersion = reader.GetInt32();
                break;
            default:
                reader.Skip();
                break;
        }
    }
}
