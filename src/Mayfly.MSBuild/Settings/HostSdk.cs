using Mayfly.Diagnostics;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Settings;

/// <summary>The .NET SDK that this build runs on.</summary>
/// <param name="Folder">Its own folder: <c>sdk/VERSION</c> of a .NET installation.</param>
internal sealed record HostSdk(string Folder)
{
    private const string VsTest = "vstest.console.dll";

    // Beside the SDK, and read by it: what it compiles against, and what it knows of workloads.
    private static readonly string[] _companions = ["packs", "sdk-manifests"];

    /// <summary>The runner of tests that comes with it.</summary>
    public string VsTestPath => Path.Combine(Folder, VsTest);

    /// <summary>The SDK whose MSBuild has loaded this task.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104: it is the MSBuild of another product.</exception>
    public static HostSdk Find()
    {
        var folder = Path.GetDirectoryName(typeof(ITask).Assembly.Location) ?? "";
        return File.Exists(Path.Combine(folder, VsTest))
            ? new HostSdk(folder)
            : throw new SandboxConfigurationException(
                ErrorCode.TaskParameterInvalid, $"the MSBuild in '{folder}' is none of a .NET SDK, so a machine can't be given one. Build with 'dotnet build'.");
    }

    /// <summary>Its files as layers, at the same paths as on the host.</summary>
    public IEnumerable<SandboxLayer> Layers()
    {
        yield return SandboxLayer.FromFolder(Folder, Folder);
        var root = Path.GetFullPath(Path.Combine(Folder, "..", ".."));
        foreach (var companion in _companions.Select(name => Path.Combine(root, name)).Where(Directory.Exists))
        {
            yield return SandboxLayer.FromFolder(companion, companion);
        }
    }
}
