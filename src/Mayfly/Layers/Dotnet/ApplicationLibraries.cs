namespace Mayfly.Layers.Dotnet;

/// <summary>The native libraries in an application's folder, which are no part of the layer, but what they need is.</summary>
internal static class ApplicationLibraries
{
    private static readonly string[] _folders = ["", "runtimes/linux-x64/native", "runtimes/linux/native", "runtimes/unix/native"];

    /// <summary>The folders in which it may have some.</summary>
    /// <param name="application">Its main .dll; empty for none.</param>
    public static IReadOnlyList<string> FoldersOf(string application) => application.Length == 0
        ? []
        : [.. _folders.Select(folder => Path.GetFullPath(folder, Path.GetDirectoryName(Path.GetFullPath(application))!)).Where(Directory.Exists)];

    /// <summary>Those in a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        Directory.EnumerateFiles(folder, "*.so*").Where(path => path.EndsWith(".so", StringComparison.Ordinal) || path.Contains(".so.", StringComparison.Ordinal));
}
