using Mayfly.Images.Cache;
using Mayfly.Images.Modules;

namespace Mayfly.Images;

/// <summary>What a kernel's cache entry holds.</summary>
internal static class KernelEntry
{
    /// <summary>The kind of entry.</summary>
    public const string Kind = "kernels";

    /// <summary>The uncompressed kernel.</summary>
    public const string KernelFile = "vmlinux";

    /// <summary>The kernel's own list of what it has built in.</summary>
    public const string BuiltInFile = "modules.builtin";

    /// <summary>The folder of its modules, uncompressed and without folders of their own.</summary>
    public const string ModulesFolder = "modules";

    /// <summary>The fact that holds what <c>uname -r</c> will say.</summary>
    public const string ReleaseFact = "release";

    /// <summary>The paths of its modules, in a fixed order.</summary>
    public static IEnumerable<string> ModuleFiles(CacheEntry kernel)
        => kernel.Files.Select(file => file.Path)
            .Where(path => path.StartsWith($"{ModulesFolder}/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => kernel[path]);

    /// <summary>The normalized names of what it has built in.</summary>
    public static IReadOnlySet<string> BuiltIn(CacheEntry kernel) => ReadBuiltIn(kernel[BuiltInFile]);

    /// <summary>Reads a modules.builtin.</summary>
    public static IReadOnlySet<string> ReadBuiltIn(string path)
        => File.ReadLines(path).Select(ModuleName.OfFile).OfType<string>().ToHashSet();
}
