using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mayfly.Images.Cache;

/// <summary>The cache's own records as source-generated JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(CacheManifest))]
[JsonSerializable(typeof(CurrentPackages))]
internal sealed partial class CacheJson : JsonSerializerContext
{
    // None of our records is longer; a longer file is damaged.
    private const int MaxBytes = 1024 * 1024;

    /// <summary>Reads a record; null where the file is absent, unreadable or not such a record.</summary>
    public static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            // The share mode keeps .NET from taking a flock of its own, which would get in the way of ours.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Length <= MaxBytes ? JsonSerializer.Deserialize(file, type) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
