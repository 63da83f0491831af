namespace Mayfly.MSBuild.Settings;

/// <summary>
/// MSBuild on Unix writes a backslash in the name of a file that a wildcard has found as a slash: <c>data/..\README</c>, which anybody can
/// leave in a folder, becomes the item <c>data/../README</c>, which is another file.
/// </summary>
internal static class BackslashName
{
    /// <summary>The file or folder that a path may have been before; null where there is none.</summary>
    /// <param name="directory">Where relative paths start.</param>
    /// <param name="path">As MSBuild gives it.</param>
    public static string? Find(string directory, string path)
    {
        var names = path.Split('/');
        for (var first = 0; first < names.Length - 1; first++)
        {
            var folder = Path.Combine(directory, string.Join('/', names[..first].Append("")));
            for (var count = 2; first + count <= names.Length; count++)
            {
                var name = string.Join('\\', names[first..(first + count)]);
                if (Path.Exists(Path.Combine(folder, name)))
                {
                    return Path.Combine(folder, name);
                }
            }
        }

        return null;
    }
}
