using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mayfly.Protocol;

/// <summary>The control messages as source-generated JSON: camel case, nulls left out, unknown properties ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Request))]
[JsonSerializable(typeof(Control))]
[JsonSerializable(typeof(Progress))]
[JsonSerializable(typeof(Outcome))]
[JsonSerializable(typeof(GuestSettings))]
[JsonSerializable(typeof(WakeParts))]
public sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>Encodes a message.</summary>
    /// <exception cref="ProtocolException">It exceeds <see cref="ProtocolLimits.MaxControlBytes"/>.</exception>
    public static byte[] Encode<T>(T message, JsonTypeInfo<T> type)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, type);
        return bytes.Length <= ProtocolLimits.MaxControlBytes
            ? bytes
            : throw new ProtocolException($"a {typeof(T).Name} of {bytes.Length} bytes exceeds the limit of {ProtocolLimits.MaxControlBytes}");
    }

    /// <summary>Decodes a message.</summary>
    /// <exception cref="ProtocolException">It is not valid JSON of this type.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type)
                ?? throw new ProtocolException($"a {typeof(T).Name} that is null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new ProtocolException($"a malformed {typeof(T).Name}: {exception.Message}", exception);
        }
    }
}
