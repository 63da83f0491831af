namespace Mayfly.Images.Modules;

/// <summary>The modules taken from a kernel package, by normalized name, and the names of those it has built in.</summary>
internal sealed class ModuleSet(IReadOnlyDictionary<string, ModuleInfo> modules, IReadOnlySet<string> builtIn)
{
    /// <summary>Names that are wanted, as such or by another, and neither here nor built in.</summary>
    public IReadOnlySet<string> FindMissing(IEnumerable<string> names)
        => names.Concat(modules.Values.SelectMany(module => module.Depends).Select(ModuleName.Normalize))
            .Where(name => !modules.ContainsKey(name) && !builtIn.Contains(name))
            .ToHashSet();

    /// <summary>
    /// The modules to load for <paramref name="names"/>, each once and after all that it depends on. Names that are not
    /// here (built in, or absent from this kernel) are left out.
    /// </summary>
    public IReadOnlyList<string> LoadOrder(IEnumerable<string> names)
    {
        var order = new List<string>();
        var visited = new HashSet<string>();
        foreach (var name in names)
        {
            Visit(ModuleName.Normalize(name));
        }

        return order;

        void Visit(string name)
        {
            // Marked on the way down, so that a circle in a damaged module ends.
            if (!modules.TryGetValue(name, out var module) || !visited.Add(name))
            {
                return;
            }

            foreach (var dependency in module.Depends)
            {
                Visit(ModuleName.Normalize(dependency));
            }

            order.Add(name);
        }
    }

    /// <summary>What modprobe reads: each file with those it depends on, the last to be loaded first.</summary>
    public string ToModulesDep(Func<string, string> fileOf)
        => string.Concat(modules.Keys.Order(StringComparer.Ordinal).Select(name =>
            $"{fileOf(name)}:{string.Concat(LoadOrder([name]).SkipLast(1).Reverse().Select(dependency => $" {fileOf(dependency)}"))}\n"));

    /// <summary>What modprobe reads to answer the kernel's own requests.</summary>
    public string ToModulesAlias()
        => string.Concat(modules.OrderBy(module => module.Key, StringComparer.Ordinal)
            .SelectMany(module => module.Value.Aliases.Select(alias => $"alias {alias} {module.Key}\n")));
}
