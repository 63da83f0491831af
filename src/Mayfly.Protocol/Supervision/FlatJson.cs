using System.Text.Json;

namespace Mayfly.Protocol.Supervision;

/// <summary>
/// One line of JSON that holds an object of strings and nothing else: the form of everything that supervision writes to
/// disk or says over a pipe. It is read and written by hand on both ends, because the warden must be small and quick.
/// </summary>
public static class FlatJson
{
    /// <summary>The longest line that is read, in bytes: a monitor's command line fits many times over.</summary>
    public const int MaxLineBytes = 256 * 1024;

    private static readonly JsonReaderOptions _reading = new() { MaxDepth = 2 };

    /// <summary>Writes the properties as one line of UTF-8, its line feed included.</summary>
    public static byte[] Write(IEnumerable<KeyValuePair<string, string>> properties)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in properties)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads one line, with or without its line feed. Of properties that are there twice the last one counts.</summary>
    /// <returns>The properties in their order; null where the line is anything else, such as half of one.</returns>
    public static IReadOnlyDictionary<string, string>? TryRead(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxLineBytes)
        {
            return null;
        }

        try
        {
            var reader = new Utf8JsonReader(line, _reading);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            var properties = new Dictionary<string, string>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                {
                    return null;
                }

                properties[name] = reader.GetString()!;
            }

            return reader.TokenType == JsonTokenType.EndObject && !reader.Read() ? properties : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Splits what a file holds into its whole lines; what follows the last line feed was never finished.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>?> TryReadLines(ReadOnlySpan<byte> text)
    {
        var lines = new List<IReadOnlyDictionary<string, string>?>();
        for (var end = text.IndexOf((byte)'\n'); end >= 0; end = text.IndexOf((byte)'\n'))
        {
            lines.Add(TryRead(text[..end]));
            text = text[(end + 1)..];
        }

        return lines;
    }
}
