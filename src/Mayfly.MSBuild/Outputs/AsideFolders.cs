using System.Text.Json;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// Hidden folders on other file systems than the area's, in which files wait where a rename from the area could not put them in place: as high
/// up as the file system and the build's folders go, and so never in a folder that a file is to replace. They are listed in the area before
/// they are made.
/// </summary>
/// <param name="area">The area that they belong to.</param>
/// <param name="roots">Where outputs may land.</param>
internal sealed class AsideFolders(string area, AllowedRoots roots)
{
    private const string ListName = "aside";
    private const string Prefix = ".mayfly-";

    private readonly Dictionary<string, string?> _known = new(StringComparer.Ordinal);
    private readonly FileSystemId _own = FileSystemId.Of(area);

    /// <summary>The folder for a target; null where a rename reaches it from the area.</summary>
    /// <exception cref="IOException">Nobody can tell.</exception>
    public string? Find(string target)
    {
        var folder = Path.GetDirectoryName(target)!;
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        if (!_known.TryGetValue(folder, out var aside))
        {
            var there = FileSystemId.Of(folder);
            aside = there == _own ? null : In(Top(folder, there));
            _known.Add(folder, aside);
        }

        return aside;
    }

    /// <summary>Makes those that were found.</summary>
    /// <exception cref="IOException">One of them can't be made.</exception>
    public void Make()
    {
        IReadOnlyList<string> folders = [.. _known.Values.OfType<string>().Distinct(StringComparer.Ordinal)];
        if (folders.Count == 0)
        {
            return;
        }

        File.WriteAllText(Path.Combine(area, ListName), JsonSerializer.Serialize(folders));
        foreach (var folder in folders)
        {
            StagingArea.MakePrivate(folder);
        }
    }

    /// <summary>Removes those of an area.</summary>
    /// <returns>Those that the current build has nothing to do with, and so are left.</returns>
    /// <exception cref="IOException">One can't be removed.</exception>
    public static IReadOnlyList<string> Remove(string area, AllowedRoots roots)
    {
        var left = new List<string>();
        foreach (var folder in Read(area))
        {
            if (!IsOf(area, folder, roots))
            {
                left.Add(folder);
            }
            else if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return left;
    }

    /// <summary>Whether a folder is one of an area's, and the current build may write there.</summary>
    public static bool IsOf(string area, string folder, AllowedRoots roots) =>
        Path.GetFileName(folder) == Prefix + Path.GetFileName(area) && roots.Hold(folder) && new DirectoryInfo(folder).LinkTarget is null;

    private static IReadOnlyList<string> Read(string area)
    {
        try
        {
            return JsonSerializer.Deserialize<List<string?>>(File.ReadAllText(Path.Combine(area, ListName)))?.OfType<string>().ToList() ?? [];
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // One that is not whole was being written when the build was killed, before the first of them was made.
            return [];
        }
    }

    private string Top(string folder, FileSystemId there)
    {
        while (Path.GetDirectoryName(folder) is { } parent && roots.Hold(In(parent)) && FileSystemId.Of(parent) == there)
        {
            folder = parent;
        }

        return folder;
    }

    private string In(string folder) => Path.Combine(folder, Prefix + Path.GetFileName(area));
}
