namespace Mayfly.Layers.Dotnet;

/// <summary>Which versions of frameworks an application runs on: the rules of .NET's own host, hostfxr.</summary>
/// <param name="installed">The versions of a framework that are there.</param>
/// <param name="referencesOf">What one of those asks for in its turn.</param>
internal sealed class FrameworkResolver(
    Func<string, IReadOnlyCollection<FrameworkVersion>> installed,
    Func<string, FrameworkVersion, IReadOnlyList<FrameworkReference>> referencesOf)
{
    /// <summary>The version of each framework that is needed.</summary>
    /// <exception cref="InvalidDataException">One is not installed, or two ask for what can't be one version.</exception>
    public IReadOnlyDictionary<string, FrameworkVersion> Resolve(IReadOnlyList<FrameworkReference> references)
    {
        var wanted = new SortedDictionary<string, FrameworkReference>(StringComparer.Ordinal);
        foreach (var reference in references)
        {
            Want(wanted, reference);
        }

        // What one asks for may raise another, which then asks for more; versions only rise, so that this ends.
        for (; ; )
        {
            var chosen = wanted.Values.ToDictionary(reference => reference.Name, Choose);
            var isSettled = true;
            foreach (var (name, version) in chosen)
            {
                foreach (var reference in referencesOf(name, version))
                {
                    isSettled &= !Want(wanted, reference);
                }
            }

            if (isSettled)
            {
                return chosen;
            }
        }
    }

    private static bool Want(SortedDictionary<string, FrameworkReference> wanted, FrameworkReference reference)
    {
        if (!wanted.TryGetValue(reference.Name, out var known))
        {
            wanted.Add(reference.Name, reference);
            return true;
        }

        var joined = known.Join(reference) ?? throw new InvalidDataException(
            $"it needs {known.Name} both as {known.Version} (rollForward {known.RollForward}) and as {reference.Version} (rollForward {reference.RollForward}); allow a higher one by RollForward in the project");
        wanted[joined.Name] = joined;
        return joined != known;
    }

    private FrameworkVersion Choose(FrameworkReference reference)
    {
        var versions = installed(reference.Name);
        return reference.Choose(versions) ?? throw new InvalidDataException(
            $"it needs {reference.Name} {reference.Version} (rollForward {reference.RollForward}), and {(versions.Count == 0 ? "none is" : $"only {string.Join(", ", versions.Order())} is")} installed; install the runtime it needs, or allow a higher one by RollForward in the project");
    }
}
