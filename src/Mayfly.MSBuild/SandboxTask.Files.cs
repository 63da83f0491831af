using Mayfly.MSBuild.Outputs;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <content>Which files go in and come out, and what paths mean.</content>
public abstract partial class SandboxTask
{
    /// <summary>
    /// Files and folders pushed into the guest, at the same place relative to <c>/work</c> as they have relative to the
    /// project directory; metadata <c>GuestPath</c> names another, or with a trailing slash the folder in which a file keeps its name.
    /// </summary>
    public ITaskItem[] Inputs { get; set; } = [];

    /// <summary>
    /// Files, and folders with a trailing slash, pulled out of the guest when the command has succeeded: all or none.
    /// Metadata <c>GuestPath</c> as with <see cref="Inputs"/>.
    /// </summary>
    [Output]
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>
    /// Whether outputs may have names that build tools on the host look for and obey, such as <c>.editorconfig</c>, <c>Directory.Build.props</c>
    /// or <c>a.targets</c>: the guest then decides what the host's build does. Default: they are refused.
    /// </summary>
    public bool AllowConfigurationFiles { get; set; }

    /// <summary>In the guest, absolute or relative to <c>/work</c>, which is the default.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>
    /// What relative host paths start from. Default: the folder of the project file that holds the task. Needed where
    /// the task stands in an imported file: <c>$(MSBuildProjectDirectory)</c>.
    /// </summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>
    /// Folders outside the project directory that may receive outputs, such as <c>$(OutDir)</c>. The guest has them where they are on the host,
    /// for files that say nothing else by <c>GuestPath</c>.
    /// </summary>
    public string[] OutputRoots { get; set; } = [];

    /// <summary>Folders that are no outputs themselves, nor is a folder that they are in. Default: <see cref="OutputRoots"/>. The project directory, its <c>bin</c> and <c>obj</c> never are.</summary>
    public string[] ReservedFolders { get; set; } = [];

    /// <summary>
    /// Folders in which a restore leaves what MSBuild imports, such as <c>$(MSBuildProjectExtensionsPath)</c>: reserved, and so are files of
    /// such names in them. <c>obj</c> in the project directory always is one.
    /// </summary>
    public string[] IntermediateFolders { get; set; } = [];

    /// <summary>Where outputs wait until all of them are there. Default <c>obj/mayfly</c> in the project directory.</summary>
    public string StagingDirectory { get; set; } = "obj/mayfly";

    /// <summary>
    /// Where what the command wrote, byte by byte, is kept, with the guest's console, what Mayfly logged, and the options. Default <c>logs</c>
    /// in <see cref="StagingDirectory"/>.
    /// </summary>
    public string? LogDirectory { get; set; }

    /// <summary>The files in <see cref="LogDirectory"/> that this run has written; as <c>EmbedInBinlog</c> items they become part of a binlog.</summary>
    [Output]
    public ITaskItem[] LogFiles { get; set; } = [];

    /// <summary>Folders whose files Mayfly goes by, relative to the project directory; blank ones are none.</summary>
    private protected virtual IEnumerable<string> PrivateFolders => [StagingDirectory, LogDirectory ?? ""];

    private ReservedPlaces Reserved(string directory) =>
        ReservedPlaces.Of(directory, ReservedFolders.Length == 0 ? OutputRoots : ReservedFolders, IntermediateFolders, PrivateFolders);
}
