using System.Text.RegularExpressions;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Steps;

/// <summary>
/// Paths that a project file puts into a step's text by <c>$(IntermediateOutputPath)</c> or <c>$(OutDir)</c>, as the guest has them. The SDK
/// defines them with a backslash (<c>obj\Debug/net10.0/</c>), which MSBuild mends in item metadata only where the whole
/// value looks like a path and the build was started in the project's folder. In a shell it would vanish. Where artifacts have a
/// layout of their own, they are absolute paths of the host's.
/// </summary>
internal static class FolderText
{
    private const string EitherSeparator = @"[\\/]";

    /// <summary>Writes each occurrence of one of the folders as the guest has it.</summary>
    /// <param name="text">A command or a value.</param>
    /// <param name="folders">Relative ones that are a single name are left alone: <c>obj\n</c> can mean something else.</param>
    /// <param name="layout">Knows the places of absolute ones.</param>
    public static string InGuest(string text, IEnumerable<string> folders, GuestLayout layout)
    {
        // The longest first: one that is inside another has a place of its own.
        foreach (var folder in folders.Select(folder => folder.Replace('\\', '/')).OrderByDescending(folder => folder.Length))
        {
            var names = string.Join(EitherSeparator, folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape)) + EitherSeparator;
            if (folder.StartsWith('/'))
            {
                // One that is written as the guest has it stays.
                var place = layout.PlaceOf(layout.HostPath(folder)) + "/";
                text = Regex.Replace(text, $@"(?<!/[\w.-]*|{GuestLayout.Root}){EitherSeparator}{names}", _ => place, RegexOptions.CultureInvariant);
            }
            else if (folder.TrimEnd('/').Contains('/', StringComparison.Ordinal))
            {
                text = Regex.Replace(text, names, match => match.Value.Replace('\\', '/'), RegexOptions.CultureInvariant);
            }
        }

        return text;
    }
}
