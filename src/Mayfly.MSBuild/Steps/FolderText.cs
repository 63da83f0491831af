using System.Text.RegularExpressions;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// Paths that a project file puts into a step's text by <c>$(IntermediateOutputPath)</c> or <c>$(OutDir)</c>. The SDK
/// defines them with a backslash (<c>obj\Debug/net10.0/</c>), which MSBuild mends in item metadata only where the whole
/// value looks like a path and the build was started in the project's folder. In a shell it would vanish.
/// </summary>
internal static class FolderText
{
    private const string EitherSeparator = @"[\\/]";

    /// <summary>Writes each occurrence of one of the folders with slashes.</summary>
    /// <param name="text">A command or a value.</param>
    /// <param name="folders">Those that are a single name are left alone: <c>obj\n</c> can mean something else.</param>
    public static string WithSlashes(string text, IEnumerable<string> folders)
    {
        foreach (var folder in folders)
        {
            var slashed = folder.Replace('\\', '/');
            var names = slashed.Split('/', StringSplitOptions.RemoveEmptyEntries);
            if (names.Length > 1)
            {
                var pattern = string.Join(EitherSeparator, names.Select(Regex.Escape)) + EitherSeparator;
                text = Regex.Replace(text, pattern, match => match.Value.Replace('\\', '/'), RegexOptions.CultureInvariant);
            }
        }

        return text;
    }
}
