using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mayfly.Native;

namespace Mayfly.Supervision;

/// <summary>
/// What is found out about this host once and then remembered, at most until it is booted again. Several processes that ask
/// at once wait for the first one's answer. An entry that can't be read is found out anew.
/// </summary>
internal static class HostCache
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>The remembered value for the key, or what <paramref name="find"/> finds.</summary>
    /// <param name="root">The runtime directory.</param>
    /// <param name="key">Everything the value depends on; the host's boot is added.</param>
    /// <param name="type">How the value is written.</param>
    /// <param name="find">Finds the value where it is not remembered; what it throws is not.</param>
    /// <param name="cancellationToken">Ends the wait for another process and the finding.</param>
    public static async Task<(T Value, bool WasRemembered)> GetAsync<T>(
        string root,
        string key,
        JsonTypeInfo<T> type,
        Func<CancellationToken, Task<T>> find,
        CancellationToken cancellationToken)
        where T : class
    {
        var bootId = File.Exists(BootIdPath) ? await File.ReadAllTextAsync(BootIdPath, cancellationToken).ConfigureAwait(false) : "";
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{bootId.Trim()}\n{key}"));
        var path = Path.Combine(root, $".cache-{Convert.ToHexStringLower(digest.AsSpan(0, 10))}.json");
        if (TryRead(path, type) is { } early)
        {
            return (early, true);
        }

        using var exclusive = await FileLock.TakeAsync(path + ".lock", cancellationToken).ConfigureAwait(false);
        if (TryRead(path, type) is { } meanwhile)
        {
            return (meanwhile, true);
        }

        var value = await find(cancellationToken).ConfigureAwait(false);
        var next = path + ".new";
        await File.WriteAllBytesAsync(next, JsonSerializer.SerializeToUtf8Bytes(value, type), cancellationToken).ConfigureAwait(false);
        File.Move(next, path, overwrite: true);
        return (value, false);
    }

    private static T? TryRead<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
