using System.Text.Json;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// Written to disk before the first file is put in place, and removed when the last one is. Where it is found, a build was killed between the
/// two, and every file is put back as it was. Each move ends in one rename within a file system, and which files are there tells how far it
/// had come, so that this can be done as often as it takes:
/// <list type="table">
/// <listheader><term>the move</term><description>new file waits / target / backup: what is done about it</description></listheader>
/// <item><term>replaces, not begun</term><description>yes / old / none: nothing</description></item>
/// <item><term>replaces, backup being made (a copy, where there are no hard links)</term><description>yes / old / half: nothing</description></item>
/// <item><term>replaces, backup made</term><description>yes / old / old: nothing</description></item>
/// <item><term>replaces, done</term><description>no / new / old: the backup is renamed to the target</description></item>
/// <item><term>replaces, undone</term><description>no / old / none: nothing</description></item>
/// <item><term>adds, not begun or undone</term><description>yes / none or somebody's / none: nothing</description></item>
/// <item><term>adds, done</term><description>no / new / none: the target is renamed to where it waited</description></item>
/// <item><term>removes, not begun or undone</term><description>none / old / none: nothing</description></item>
/// <item><term>removes, done</term><description>none / none / old: the backup is renamed to the target</description></item>
/// </list>
/// Moves are undone last to first. Folders that a file replaces are removed when the files in them have gone and made before these return;
/// folders that are made are removed when they are empty.
/// </summary>
internal sealed class PublicationJournal
{
    private const string Name = "journal";

    private readonly string _area;
    private readonly PublicationPlan _plan;

    private PublicationJournal(string area, PublicationPlan plan)
    {
        _area = area;
        _plan = plan;
    }

    /// <summary>Whether a publication has begun in an area and not come to an end.</summary>
    public static bool IsIn(string area) => File.Exists(Path.Combine(area, Name));

    /// <summary>Brings files whose places are on other file systems there, and writes down what is going to happen.</summary>
    /// <param name="area">Where the files wait; old ones come to wait there too.</param>
    /// <param name="files">What goes where.</param>
    /// <param name="superseded">Files that go.</param>
    /// <param name="roots">Where outputs may land.</param>
    /// <exception cref="IOException">It can't be written, or something is in the way. Nothing has happened.</exception>
    public static PublicationJournal Begin(
        string area, IReadOnlyList<(string Source, string Target)> files, IReadOnlyList<string> superseded, AllowedRoots roots)
    {
        Directory.CreateDirectory(Path.Combine(area, PublicationMove.BackupFolder));
        var aside = new AsideFolders(area, roots);
        var plan = PublicationPlan.Of(area, files, superseded, aside);
        aside.Make();
        foreach (var move in plan.Moves)
        {
            if (move is { Source: { } source, Aside: not null })
            {
                File.Copy(Path.Combine(area, source), move.WaitingIn(area)!, overwrite: true);
            }
        }

        var journal = new PublicationJournal(area, plan);
        journal.Write();
        return journal;
    }

    /// <summary>Reads what a killed build has left; null where it had put nothing in place yet.</summary>
    /// <exception cref="IOException">It can't be read.</exception>
    public static PublicationJournal? Find(string area)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(area, Name), FileMode.Open, FileAccess.Read);
            return JsonSerializer.Deserialize<PublicationPlan>(stream) is { Moves: not null, Removed: not null, Made: not null } plan
                ? new PublicationJournal(area, plan with { Moves = [.. plan.Moves.Where(move => move is { Target: not null })] })
                : null;
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
        foreach (var move in _plan.Moves.Where(move => move.Source is null))
        {
            File.Move(move.Target, move.BackupIn(_area), overwrite: true);
        }

        foreach (var folder in _plan.Removed)
        {
            Directory.Delete(folder);
        }

        foreach (var folder in _plan.Made)
        {
            Directory.CreateDirectory(folder);
        }

        foreach (var move in _plan.Moves.Where(move => move.Source is not null))
        {
            if (move.Replaces)
            {
                // The old file has a second name before the new one takes its place: there is always one or the other.
                File.Replace(move.WaitingIn(_area)!, move.Target, move.BackupIn(_area));
            }
            else
            {
                // With overwriting, .NET makes one rename of it, otherwise a link and a removal.
                File.Move(move.WaitingIn(_area)!, move.Target, overwrite: true);
            }
        }
    }

    /// <summary>Puts everything back as it was. What lies elsewhere than it may is left alone, and stays written down.</summary>
    /// <returns>The targets that were left alone; for them the area is still needed.</returns>
    /// <exception cref="IOException">Something can't be put back; it can be tried again.</exception>
    public IReadOnlyList<string> Undo(AllowedRoots roots)
    {
        IReadOnlyList<PublicationMove> skipped = [.. _plan.Moves.Where(move => !IsReachable(move, roots))];
        IReadOnlyList<PublicationMove> moves = [.. _plan.Moves.Except(skipped).Reverse()];
        foreach (var move in moves.Where(move => move.Source is not null))
        {
            UndoPlacing(move);
        }

        foreach (var folder in _plan.Made.Reverse().Where(folder => roots.Hold(folder) && Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            Directory.Delete(folder);
        }

        foreach (var folder in _plan.Removed.Reverse().Where(roots.Hold))
        {
            Directory.CreateDirectory(folder);
        }

        foreach (var move in moves.Where(move => move.Source is null && PublicationPlan.IsThere(move.BackupIn(_area))))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(move.Target)!);
            File.Move(move.BackupIn(_area), move.Target, overwrite: true);
        }

        if (skipped.Count == 0)
        {
            End();
        }
        else
        {
            // What is back is not to be looked at again: builds that know nothing of the rest go on with it.
            new PublicationJournal(_area, new PublicationPlan(skipped, Beyond(_plan.Removed), Beyond(_plan.Made))).Write();
        }

        return [.. skipped.Select(move => move.Target)];

        IReadOnlyList<string> Beyond(IReadOnlyList<string> folders) => [.. folders.Where(folder => !roots.Hold(folder))];
    }

    /// <summary>Everything is in place: from here on it stays.</summary>
    public void End() => File.Delete(Path.Combine(_area, Name));

    private void UndoPlacing(PublicationMove move)
    {
        var (waiting, backup) = (move.WaitingIn(_area)!, move.BackupIn(_area));
        if (PublicationPlan.IsThere(waiting))
        {
            return;
        }

        if (!move.Replaces)
        {
            if (PublicationPlan.IsThere(move.Target))
            {
                File.Move(move.Target, waiting, overwrite: true);
            }
        }
        else if (PublicationPlan.IsThere(backup))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(move.Target)!);
            File.Move(backup, move.Target, overwrite: true);
        }
    }

    /// <summary>Whether the current build may write where a file has its place, and where it waits; a volume may also not be there just now.</summary>
    private bool IsReachable(PublicationMove move, AllowedRoots roots) =>
        roots.Hold(move.Target)
        && (move.Aside is null || (AsideFolders.IsOf(_area, move.Aside, roots) && Directory.Exists(move.Aside)))
        && (move.Source is null || Path.GetFullPath(Path.Combine(_area, move.Source)).StartsWith(_area + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    private void Write()
    {
        var half = Path.Combine(_area, Name + ".new");
        using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(stream, _plan);
            stream.Flush(flushToDisk: true);
        }

        File.Move(half, Path.Combine(_area, Name), overwrite: true);
    }
}
