using Mayfly.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Supervision;

/// <summary>Reads what a sandbox's directory says of it. Whoever wrote that is not trusted.</summary>
internal static class SandboxRecord
{
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>What it is; null where its record is gone or damaged.</summary>
    public static SandboxFacts? TryReadFacts(string root, string id) =>
        TryRead(Path.Combine(root, id, ResourceNames.FactsFile)) is { } text ? SandboxFacts.TryRead(text) : null;

    /// <summary>What it has, or may have.</summary>
    public static IReadOnlyList<HandleLine> ReadHandles(string root, string id) =>
        TryRead(Path.Combine(root, id, ResourceNames.HandlesFile)) is { } journal ? HandleLine.ReadLiving(journal) : [];

    /// <summary>A record's bytes; null where it is gone by now, or too long to be one.</summary>
    private static byte[]? TryRead(string path)
    {
        try
        {
            // A pipe that somebody has put there would never end.
            return FileStatus.TryRead(path) is { IsOrdinaryFile: true } && new FileInfo(path).Length <= MaxBytes ? File.ReadAllBytes(path) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
