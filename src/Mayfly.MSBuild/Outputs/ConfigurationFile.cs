using System.IO.Enumeration;

namespace Mayfly.MSBuild.Outputs;

/// <summary>Names of files that build tools look for by themselves and obey: whoever writes one has a say in what the host runs.</summary>
internal static class ConfigurationFile
{
    /// <summary>Found by their names alone, in their own folder or in one above.</summary>
    private static readonly string[] _found =
    [
        "Directory.*.props", "Directory.*.targets", "Directory.*.rsp", "MSBuild.rsp", "global.json", "nuget.config", "dotnet-tools.json",
        "launchSettings.json", ".editorconfig", ".globalconfig", "*.user", "*.*proj", "*.sln*",
    ];

    /// <summary>Of a folder's files nobody has written the names down, so that more are suspect. A name with a dot first is some tool's own.</summary>
    private static readonly string[] _suspect = [.. _found, ".*", "*.props", "*.targets", "*.rsp"];

    /// <summary>What tools find in the folder of a project's intermediate files, and import or believe.</summary>
    private static readonly string[] _ofRestore = ["*.props", "*.targets", "*.nuget.*", "project.assets.json"];

    /// <summary>Whether a tool finds a file of that name without being told.</summary>
    public static bool IsFound(string name) => Matches(_found, name);

    /// <summary>Whether a file or a folder of that name, somewhere below a folder that a guest has filled, may be one.</summary>
    public static bool IsSuspect(string name) => Matches(_suspect, name);

    /// <summary>Whether a build obeys a file of that name in its <c>obj</c>.</summary>
    public static bool IsOfRestore(string name) => Matches(_ofRestore, name);

    private static bool Matches(string[] patterns, string name) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: true));
}
