namespace Mayfly.Images;

/// <summary>Which kernel an image has.</summary>
internal sealed record KernelChoice
{
    private KernelChoice(string name) => Name = name;

    /// <summary>The distribution's.</summary>
    public static KernelChoice Stock { get; } = new("");

    /// <summary>Mayfly's minimal one.</summary>
    public static KernelChoice Minimal { get; } = new("minimal");

    /// <summary>What tells it from all others: no path is a word.</summary>
    public string Name { get; }

    /// <summary>Whether the user brought it, so that it lies outside of the cache.</summary>
    public bool IsOwn => Path.IsPathRooted(Name);

    /// <summary>The user's own, by its absolute path; the distribution's without one.</summary>
    public static KernelChoice Own(string? fullPath) => fullPath is null ? Stock : new(fullPath);
}
