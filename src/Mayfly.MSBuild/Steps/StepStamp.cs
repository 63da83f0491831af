using System.Globalization;
using System.Security.Cryptography;
using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// Remembers what a step's last success was made of and what it put in place, in one file per step in the intermediate
/// folder. A file that is not as it was written counts as none.
/// </summary>
/// <param name="Key">Digest of everything that makes the outputs.</param>
/// <param name="Inputs">The files that were read for it.</param>
/// <param name="Files">What was put in place.</param>
internal sealed record StepStamp(string Key, IReadOnlyList<InputState> Inputs, IReadOnlyList<FileState> Files)
{
    /// <summary>Ends the name of one that is not written yet; where a build was killed just then, Clean finds it.</summary>
    public const string HalfExtension = ".new";

    private const string Header = "mayfly step 2";
    private const string InputWord = "in";
    private const string OutputWord = "out";

    /// <summary>Whether the outputs are those of the same key, and nobody has changed one since.</summary>
    public bool IsCurrent(string? key) => key == Key && Files.All(file => FileState.Of(file.Path) == file);

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

        // The last line tells a whole stamp from the head of one.
        if (lines is not [Header, var key, .. var entries, var count] || count != Count(entries.Length))
        {
            return null;
        }

        var (inputs, files) = (new List<InputState>(), new List<FileState>());
        foreach (var entry in entries)
        {
            if (entry.Split(' ', 5) is not [var kind, var length, var ticks, var digest, var file]
                || !long.TryParse(length, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bytes)
                || !long.TryParse(ticks, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var modified))
            {
                return null;
            }

            switch (kind)
            {
                case InputWord:
                    inputs.Add(new InputState(Unescape(file), bytes, modified, digest));
                    break;
                case OutputWord:
                    files.Add(new FileState(Unescape(file), bytes, modified));
                    break;
                default:
                    return null;
            }
        }

        return new StepStamp(key, inputs, files);
    }

    /// <summary>Before the files are replaced: the list of them stays, for Clean to go by, but no build takes them for current.</summary>
    public static void Invalidate(string path)
    {
        if (Read(path) is { } stamp)
        {
            (stamp with { Key = "" }).Write(path);
        }
    }

    /// <summary>Once they are replaced: Clean, and the next run, know of the new files too, and no build takes them for current yet.</summary>
    public static void Add(string path, IReadOnlyList<string> files)
    {
        var stamp = Read(path) ?? new StepStamp("", [], []);
        var added = files.ToHashSet(StringComparer.Ordinal);
        (stamp with { Key = "", Files = [.. stamp.Files.Where(file => !added.Contains(file.Path)), .. files.Select(FileState.Of)] }).Write(path);
    }

    /// <summary>Writes the stamp, whole or not at all.</summary>
    /// <exception cref="SandboxTransferException">MAY3014.</exception>
    public void Write(string path)
    {
        var inputs = Inputs.Select(input => Line(InputWord, input.LengthBytes, input.ModifiedTicks, input.Sha256, input.Path));
        var files = Files.Select(file => Line(OutputWord, file.LengthBytes, file.ModifiedTicks, "-", file.Path));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Another build of the same project may do this at the same time.
            var half = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}{HalfExtension}";
            File.WriteAllLines(half, [Header, Key, .. inputs, .. files, Count(Inputs.Count + Files.Count)]);
            File.Move(half, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SandboxTransferException(
                ErrorCode.HostWriteFailed, $"the stamp '{path}' can't be written: {exception.Message} Make its folder writable.", exception);
        }
    }

    private static string Count(int entries) => string.Create(CultureInfo.InvariantCulture, $"end {entries}");

    private static string Line(string kind, long length, long ticks, string digest, string path) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} {length} {ticks} {digest} {Escape(path)}");

    /// <summary>A guest may have named a file; a line break in it must not become a line here, which Clean would go by.</summary>
    private static string Escape(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal);

    private static string Unescape(string text) =>
        text.Replace("%0D", "\r", StringComparison.Ordinal).Replace("%0A", "\n", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
