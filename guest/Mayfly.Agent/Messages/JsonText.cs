using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>
/// Reads one JSON object property by property. The serializer's generated code would do as well, but building its
/// type descriptions costs an emulated machine more than all else the agent does to start.
/// </summary>
internal static class JsonText
{
    public delegate void PropertyReader(ref Utf8JsonReader reader, string name);

    // As in ProtocolJson.
    private static readonly JsonReaderOptions _options = new() { MaxDepth = 16 };

    /// <summary>
    /// Calls back with the reader on each property's value, which must be read or skipped whole. Null values are not
    /// reported: absent and null mean the same.
    /// </summary>
    /// <exception cref="ProtocolException">It is not such an object.</exception>
    public static void ReadObject(ReadOnlySpan<byte> bytes, string what, PropertyReader property)
    {
        try
        {
            var reader = new Utf8JsonReader(bytes, _options);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ProtocolException($"a {what} that is not a JSON object");
            }

            ReadProperties(ref reader, property);
            if (reader.Read())
            {
                throw new ProtocolException($"a {what} with something behind it");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new ProtocolException($"a malformed {what}: {exception.Message}", exception);
        }
    }

    /// <summary>Reads the properties of the object the reader stands on the start of.</summary>
    public static void ReadProperties(ref Utf8JsonReader reader, PropertyReader property)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an object is expected");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.Null)
            {
                property(ref reader, name);
            }
        }
    }

    /// <summary>Reads an array of strings; null elements stay null for whoever checks them.</summary>
    public static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("an array is expected");
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.GetString()!);
        }

        return texts;
    }
}
