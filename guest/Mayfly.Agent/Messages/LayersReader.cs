using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Reads a list of <see cref="LayerSettings"/>. What its paths and disks are worth is found out where they are mounted.</summary>
internal static class LayersReader
{
    /// <exception cref="ProtocolException">One lacks its path or its disks.</exception>
    public static IReadOnlyList<LayerSettings> Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array is expected");
        }

        var layers = new List<LayerSettings>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            layers.Add(ReadLayer(ref reader));
        }

        return layers;
    }

    private static LayerSettings ReadLayer(ref Utf8JsonReader reader)
    {
        string? guestPath = null;
        List<string> disks = [];
        var writableBytes = 0L;
        JsonText.ReadProperties(ref reader, (ref Utf8JsonReader reader, string name) =>
        {
            switch (name)
            {
                case "guestPath":
                    guestPath = reader.GetString();
                    break;
                case "disks":
                    disks = JsonText.ReadTexts(ref reader);
                    break;
                case "writableBytes":
                    writableBytes = reader.GetInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        });
        return guestPath is { Length: > 0 } && guestPath[0] == '/' && disks.Count > 0 && !disks.Contains(null!) && writableBytes >= 0
            ? new LayerSettings { GuestPath = guestPath, Disks = disks, WritableBytes = writableBytes }
            : throw new ProtocolException("settings of a layer without an absolute path, or without disks");
    }
}
