using System.Text.Json;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Reports;

/// <summary>A picture in a file, from <c>--save</c> to <c>--since</c>.</summary>
internal static class InventoryFile
{
    /// <summary>Writes the picture.</summary>
    /// <exception cref="SandboxTransferException">MAY3014.</exception>
    public static void Write(string path, SandboxInventory inventory)
    {
        try
        {
            File.WriteAllBytes(path, [.. JsonSerializer.SerializeToUtf8Bytes(InventorySection.Of(inventory), ReportJson.Safe.InventorySection), (byte)'\n']);
        }
        catch (Exception exception) when (IsFileFailure(exception))
        {
            throw UsageError.HostFile("--save", path, exception);
        }
    }

    /// <summary>Reads the picture.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxInventory Read(string path)
    {
        const string expected = "a file that 'mayfly inventory --save' has written";
        try
        {
            var items = JsonSerializer.Deserialize(File.ReadAllBytes(path), ReportJson.Safe.InventorySection)?.Items;
            return items?.Select(item => item?.ToItem()).ToList() is { } read && !read.Contains(null)
                ? new SandboxInventory([.. read.OfType<InventoryItem>()])
                : throw UsageError.Value("--since", path, expected);
        }
        catch (Exception exception) when (exception is JsonException || IsFileFailure(exception))
        {
            throw UsageError.Value("--since", path, $"{expected}: {exception.Message}");
        }
    }

    private static bool IsFileFailure(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
