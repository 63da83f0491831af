using System.Text.Json;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// Written to disk before the first file is put in place, and removed when the last one is. Where it is found, a build was killed between the
/// two, and every file is put back as it was: renames tell by themselves how far they had come, so that this can be done as often as it takes.
/// </summary>
internal sealed class PublicationJournal
{
    private const string Name = "journal";
    private const string BackupFolder = "old";

    private readonly string _area;
    private readonly IReadOnlyList<Move> _moves;

    private PublicationJournal(string area, IReadOnlyList<Move> moves)
    {
        _area = area;
        _moves = moves;
    }

    /// <summary>Whether a publication has begun in an area and not come to an end.</summary>
    public static bool IsIn(string area) => File.Exists(Path.Combine(area, Name));

    /// <summary>Writes down what is going to happen.</summary>
    /// <param name="area">Where the files wait; old ones come to wait there too.</param>
    /// <param name="files">What goes where.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public static PublicationJournal Begin(string area, IReadOnlyList<(string Source, string Target)> files)
    {
        Directory.CreateDirectory(Path.Combine(area, BackupFolder));
        IReadOnlyList<Move> moves = [.. files.Select(file => new Move(Path.GetRelativePath(area, file.Source), file.Target, IsThere(file.Target)))];
        var half = Path.Combine(area, Name + ".new");
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, moves);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, Path.Combine(area, Name), overwrite: true);
        return new PublicationJournal(area, moves);
    }

    /// <summary>Reads what a killed build has left; null where it had put nothing in place yet.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static PublicationJournal? Find(string area)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(area, Name), FileMode.Open, FileAccess.Read);
            return new PublicationJournal(area, [.. (JsonSerializer.Deserialize<List<Move>>(stream) ?? []).Where(move => move is { Source: not null, Target: not null })]);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // It is written whole, so that one that is not was never Mayfly's.
            return null;
        }
    }

    /// <summary>Puts the files in place, one rename each.</summary>
    /// <exception cref="IOException">One of them can't be; call <see cref="Undo"/>.</exception>
    public void Perform()
    {
        for (var index = 0; index < _moves.Count; index++)
        {
            var move = _moves[index];
            if (move.Replaces)
            {
                // The old file has a second name before the new one takes its place: there is always one or the other.
                File.Replace(SourceOf(move), move.Target, BackupOf(index));
            }
            else
            {
                // With overwriting, .NET makes one rename of it, otherwise a link and a removal.
                File.Move(SourceOf(move), move.Target, overwrite: true);
            }
        }
    }

    /// <summary>Puts everything back as it was. Entries that lie elsewhere than they may are left alone.</summary>
    /// <exception cref="IOException">Something can't be put back; it can be tried again.</exception>
    public void Undo(AllowedRoots roots)
    {
        for (var index = _moves.Count - 1; index >= 0; index--)
        {
            var move = _moves[index];
            if (!roots.Hold(move.Target))
            {
                continue;
            }

            if (IsThere(SourceOf(move)))
            {
                // Its rename has not been, so that the target is the old one and a backup may be half a copy.
                continue;
            }

            if (move.Replaces && IsThere(BackupOf(index)))
            {
                File.Move(BackupOf(index), move.Target, overwrite: true);
            }
            else if (!move.Replaces)
            {
                File.Delete(move.Target);
            }
        }

        End();
    }

    /// <summary>Everything is in place: from here on it stays.</summary>
    public void End() => File.Delete(Path.Combine(_area, Name));

    private string SourceOf(Move move) => Path.Combine(_area, move.Source);

    private string BackupOf(int index) => Path.Combine(_area, BackupFolder, $"{index}");

    private static bool IsThere(string path) => new FileInfo(path) is var file && (file.Exists || file.LinkTarget is not null);

    /// <param name="Source">Relative to the area.</param>
    /// <param name="Target">Absolute.</param>
    /// <param name="Replaces">Whether there was a file before.</param>
    private sealed record Move(string Source, string Target, bool Replaces);
}
