using Mayfly.Diagnostics;
using Mayfly.MSBuild.Outputs;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Settings;

/// <summary>
/// Where the project's files are in the guest: the project directory is <c>/work</c>, so that the relative paths of a
/// command mean the same on either side. What lies elsewhere names its place by <c>GuestPath</c> metadata.
/// </summary>
/// <param name="projectDirectory">Absolute.</param>
/// <param name="outputRoots">Absolute folders outside the project directory that may receive outputs.</param>
internal sealed class GuestLayout(string projectDirectory, IReadOnlyList<string> outputRoots)
{
    /// <summary>The project directory in the guest.</summary>
    public const string Root = "/work";

    private const string GuestPathMetadata = "GuestPath";

    /// <summary>The project directory and the other folders that may receive outputs.</summary>
    public AllowedRoots Roots => new([projectDirectory, .. outputRoots]) { Reserved = Reserved };

    /// <summary>What in them is no output. Default: they themselves, <c>bin</c> and <c>obj</c>, and what a restore leaves there.</summary>
    public ReservedPlaces Reserved { get; init; } = ReservedPlaces.Of(projectDirectory, outputRoots, [], []);

    /// <summary>Whether outputs may have names that build tools obey.</summary>
    public bool AllowsConfigurationFiles { get; init; }

    /// <summary>The absolute host path of a path in the project.</summary>
    public string HostPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, projectDirectory));

    /// <summary>The path as a project file would write it: relative where it is inside the project directory.</summary>
    public string ProjectPath(string hostPath) => RelativePath(hostPath) ?? hostPath;

    /// <summary>What is pushed for an input.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1102 or MAY1104.</exception>
    public SandboxCopy Input(ITaskItem item)
    {
        var hostPath = HostPath(item.ItemSpec);
        if (BackslashName.Find(projectDirectory, item.ItemSpec) is { } misread)
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"the input '{item.ItemSpec}' may stand for the file '{misread}', in whose name MSBuild takes a backslash for a separator, so that it names another. Rename that file or remove it.");
        }

        var isDirectory = Path.EndsInDirectorySeparator(item.ItemSpec) || Directory.Exists(hostPath);
        return new SandboxCopy(hostPath, GuestPath(item.ItemSpec, item.GetMetadata(GuestPathMetadata), hostPath, "input", isDirectory));
    }

    /// <summary>What is pulled for an output.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1102, MAY1104 or MAY1105.</exception>
    public DeclaredOutput Output(ITaskItem item) => Output(item, text => text);

    /// <summary>What is pulled for an output whose paths are completed first.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1102, MAY1104 or MAY1105.</exception>
    public DeclaredOutput Output(ITaskItem item, Func<string, string> complete)
    {
        var spec = complete(item.ItemSpec);
        var hostPath = HostPath(spec);
        var isDirectory = Path.EndsInDirectorySeparator(spec);
        RequireAllowed(spec, hostPath, isDirectory);
        return new DeclaredOutput(hostPath, GuestPath(spec, complete(item.GetMetadata(GuestPathMetadata)), hostPath, "output", isDirectory), isDirectory)
        {
            AllowsConfigurationFiles = AllowsConfigurationFiles,
        };
    }

    /// <summary>The guest's working directory: absolute, or relative to <see cref="Root"/>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static string WorkingDirectory(string? path) =>
        string.IsNullOrWhiteSpace(path) ? Root : Normalise(path.Trim(), "WorkingDirectory");

    /// <summary>An absolute guest path without detours.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static string Normalise(string path, string what)
    {
        var absolute = path.StartsWith('/') ? path : $"{Root}/{path}";
        var segments = absolute.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToList();
        if (segments.Contains("..") || absolute.Contains('\0', StringComparison.Ordinal))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid,
                $"{what} is '{path}', which holds '..' or a NUL character. Write the path in the guest without it; a relative one is taken from {Root}.");
        }

        return "/" + string.Join('/', segments);
    }

    /// <summary>The way back: where files of the guest are on the host.</summary>
    public GuestPathMap Paths(IEnumerable<SandboxCopy> inputs, IEnumerable<DeclaredOutput> outputs, IEnumerable<SandboxLayer> layers, string workingDirectory) => new(
        projectDirectory,
        [
            .. inputs.Select(input => (input.GuestPath, input.HostPath)),
            .. outputs.Select(output => (output.GuestPath, output.HostPath)),
            // On the root, most of what a path can name is the image's.
            .. layers.Where(layer => layer.Source == SandboxLayerSource.Folder && layer.GuestPath != "/").Select(layer => (layer.GuestPath, layer.Path)),
        ],
        workingDirectory);

    /// <summary>Whether outputs may land at an absolute host path.</summary>
    public bool IsAllowed(string hostPath) => Roots.Hold(hostPath);

    /// <summary>Where the guest has what an item names.</summary>
    /// <param name="item">Says so itself by metadata, or lies in the project directory.</param>
    /// <param name="what">What it is, for people.</param>
    /// <exception cref="SandboxConfigurationException">MAY1102 or MAY1104.</exception>
    public string PlaceOf(ITaskItem item, string what) => GuestPath(item.ItemSpec, item.GetMetadata(GuestPathMetadata), HostPath(item.ItemSpec), what, isDirectory: true);

    /// <summary>A file whose given place ends in a slash is in that folder by its own name; of a folder it is the place in any case.</summary>
    private string GuestPath(string spec, string given, string hostPath, string what, bool isDirectory)
    {
        if (given.Length > 0)
        {
            return Normalise(given.EndsWith('/') && !isDirectory ? given + Path.GetFileName(hostPath) : given, $"the {GuestPathMetadata} of '{spec}'");
        }

        return PlaceOf(hostPath) ?? throw new SandboxConfigurationException(
            ErrorCode.TaskPathNeedsGuestPath,
            $"the {what} '{spec}' lies outside the project directory '{projectDirectory}', so it has no place of its own in the guest. Give it one by metadata, such as {GuestPathMetadata}=\"{FolderFor(hostPath, isDirectory)}/\", which is below {Root}; a file keeps its name there.");
    }

    /// <summary>A folder that suits everything a wildcard may have brought from the same place.</summary>
    private static string FolderFor(string hostPath, bool isDirectory) =>
        Path.GetFileName(isDirectory ? hostPath : Path.GetDirectoryName(hostPath)) is { Length: > 0 } name ? name : "files";

    /// <summary>
    /// Where the guest has a host path that nobody has given a place: the project directory is <see cref="Root"/>, and a folder of outputs that
    /// lies elsewhere, as where a repository collects its artifacts, is where it is on the host. Null: nowhere.
    /// </summary>
    public string? PlaceOf(string hostPath) => RelativePath(hostPath) switch
    {
        "." => Root,
        { } relative => $"{Root}/{relative}",
        null => outputRoots.Any(root => hostPath == root || IsBelow(hostPath, root)) ? hostPath : null,
    };

    private void RequireAllowed(string spec, string hostPath, bool isDirectory)
    {
        if (Reserved.FaultOf(hostPath, isDirectory) is { } fault)
        {
            throw new SandboxConfigurationException(ErrorCode.TaskOutputOutsideProject, $"the output '{spec}' {fault}.");
        }

        if (!AllowsConfigurationFiles && !isDirectory && ConfigurationFile.IsFound(Path.GetFileName(hostPath)))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskOutputOutsideProject,
                $"the output '{spec}' has a name that build tools look for, so that the guest would decide what they do on the host. Give it another, or, where you trust the guest with that, set {nameof(SandboxTask.AllowConfigurationFiles)}=\"true\".");
        }

        if (!IsAllowed(isDirectory ? Path.Join(hostPath, "file") : hostPath))
        {
            throw new SandboxConfigurationException(
                ErrorCode.TaskOutputOutsideProject,
                $"the output '{spec}' would land at '{hostPath}', outside the project directory '{projectDirectory}' and its output folders, or a symbolic link in its path leads there. Put it inside, or name a folder that it lies in in OutputRoots, for steps and tests by the property MayflyOutputRoots.");
        }
    }

    private string? RelativePath(string hostPath)
    {
        if (hostPath == projectDirectory)
        {
            return ".";
        }

        return IsBelow(hostPath, projectDirectory)
            ? Path.GetRelativePath(projectDirectory, hostPath).Replace(Path.DirectorySeparatorChar, '/')
            : null;
    }

    private static bool IsBelow(string path, string root) =>
        path.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
