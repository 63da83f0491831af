using System.Globalization;
using System.Security.Cryptography;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// Remembers what a step's last success was made of and what it put in place, in one file per step in the intermediate
/// folder. A file that is not as it was written counts as none.
/// </summary>
/// <param name="Key">Digest of everything that makes the outputs.</param>
/// <param name="Files">What was put in place.</param>
internal sealed record StepStamp(string Key, IReadOnlyList<FileState> Files)
{
    /// <summary>Ends the name of one that is not written yet; where a build was killed just then, Clean finds it.</summary>
    public const string HalfExtension = ".new";

    private const string Header = "mayfly step 1";

    /// <summary>Whether the outputs are those of the same key, and nobody has changed one since.</summary>
    public bool IsCurrent(string key) => key == Key && Files.All(file => FileState.Of(file.Path) == file);

    /// <summary>Reads a stamp; null where there is none to go by.</summary>
    public static StepStamp? Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (lines is not [Header, var key, .. var entries])
        {
            return null;
        }

        var files = new List<FileState>();
        foreach (var entry in entries)
        {
            if (entry.Split(' ', 3) is not [var length, var ticks, var file]
                || !long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var modified))
            {
                return null;
            }

            files.Add(new FileState(file, bytes, modified));
        }

        return new StepStamp(key, files);
    }

    /// <summary>Before the files are replaced: the list of them stays, for Clean to go by, but no build takes them for current.</summary>
    public static void Invalidate(string path)
    {
        if (Read(path) is { } stamp)
        {
            (stamp with { Key = "" }).Write(path);
        }
    }

    /// <summary>Writes the stamp, whole or not at all.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Another build of the same project may do this at the same time.
        var half = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{HalfExtension}";
        File.WriteAllLines(
            half,
            [Header, Key, .. Files.Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.LengthBytes} {file.ModifiedTicks} {file.Path}"))]);
        File.Move(half, path, overwrite: true);
    }
}
