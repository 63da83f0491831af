using Mayfly.Session.Transfers;

namespace Mayfly;

/// <summary>Which inputs of a job go to the guest in one stream.</summary>
internal static class PushBatches
{
    /// <summary>
    /// The inputs in their order: plain files that follow each other together, everything else by itself. A file joins only those whose
    /// places have nothing to do with its own, since the order would not count otherwise.
    /// </summary>
    public static IEnumerable<IReadOnlyList<SandboxCopy>> Of(IReadOnlyList<SandboxCopy> inputs)
    {
        var batch = new List<SandboxCopy>();
        var places = new HashSet<string>(StringComparer.Ordinal);
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            var isPlain = !input.GuestPath.EndsWith('/') && TarSource.IsFile(input.HostPath);
            var place = input.GuestPath;
            if (batch.Count > 0 && !(isPlain && !places.Contains(place) && !folders.Contains(place) && !FoldersOf(place).Any(places.Contains)))
            {
                yield return batch;
                batch = [];
                places.Clear();
                folders.Clear();
            }

            if (!isPlain)
            {
                yield return [input];
                continue;
            }

            batch.Add(input);
            places.Add(place);
            folders.UnionWith(FoldersOf(place));
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static IEnumerable<string> FoldersOf(string place)
    {
        for (var slash = place.LastIndexOf('/'); slash > 0; slash = place.LastIndexOf('/', slash - 1))
        {
            yield return place[..slash];
        }
    }
}
