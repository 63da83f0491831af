using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Mayfly.Packages.Tests;

/// <summary>The source tree these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Locate();

    /// <summary>The version of everything, which stands in one place.</summary>
    public static string Version { get; } =
        XDocument.Load(Path.Combine(Root, "build", "Common.props")).Descendants("Version").Single().Value;

    /// <summary>A file of the tree.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Locate([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
