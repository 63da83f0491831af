namespace Mayfly.Images.Modules;

/// <summary>The names of kernel modules, in which - and _ are the same.</summary>
internal static class ModuleName
{
    /// <summary>The form by which names are compared.</summary>
    public static string Normalize(string name) => name.Replace('-', '_');

    /// <summary>The normalized name of a module's file; null where the path is none, compressed modules included.</summary>
    public static string? OfFile(string path)
    {
        var file = path[(path.LastIndexOf('/') + 1)..];
        var end = file.IndexOf(".ko", StringComparison.Ordinal);
        return end > 0 && (end + 3 == file.Length || Kernels.Compression.All.Any(compression => file[(end + 3)..] == compression.Suffix))
            ? Normalize(file[..end])
            : null;
    }
}
