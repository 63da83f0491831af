using System.Globalization;

namespace Mayfly.MSBuild.Settings;

/// <summary>What a task wants of the host's .NET, as layers and variables of its machine.</summary>
/// <param name="Layers">Read-only, at the host's own paths, but for the packages.</param>
/// <param name="Environment">Defaults; a task's own variables go before them.</param>
/// <param name="LeastMemory">What a machine with it should have where nobody says; null for no more than any other.</param>
internal sealed record DotnetPlan(IReadOnlyList<SandboxLayer> Layers, IReadOnlyDictionary<string, string> Environment, ByteSize? LeastMemory)
{
    /// <summary>Whether it can run applications.</summary>
    public bool HasRuntime => Layers.Any(layer => layer.Source == SandboxLayerSource.Dotnet);

    /// <summary>Where the packages are in the guest.</summary>
    public const string PackagesPath = "/nuget/packages";

    private const string ConfigurationEnding = ".runtimeconfig.json";

    /// <summary>Reads the parameters of a task.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1104.</exception>
    public static DotnetPlan Of(SandboxTask task, GuestLayout layout)
    {
        var layers = new List<SandboxLayer>();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        var runtime = TaskText.Name<DotnetRuntime>(task.Runtime, nameof(task.Runtime));
        if (runtime is not null)
        {
            layers.AddRange(Runtimes(task.Inputs.Concat(task.Layers).Select(item => layout.HostPath(item.ItemSpec))));
            environment["DOTNET_NOLOGO"] = "1";
            environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
            // Pays off after minutes, which a step does not live.
            environment["DOTNET_TieredPGO"] = "0";
        }

        if (runtime == DotnetRuntime.Sdk)
        {
            layers.AddRange(HostSdk.Find().Layers());
            environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
            // Both ask servers, and there is no network.
            environment["NuGetAudit"] = "false";
            environment["DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE"] = "1";
            // There is one build, and nobody to reuse a node.
            environment["MSBUILDDISABLENODEREUSE"] = "1";
            environment["UseSharedCompilation"] = "false";
        }

        if (!string.IsNullOrWhiteSpace(task.NuGetPackages))
        {
            layers.Add(SandboxLayer.FromFolder(layout.HostPath(task.NuGetPackages.Trim()), PackagesPath));
            environment["NUGET_FALLBACK_PACKAGES"] = PackagesPath;
        }

        return new DotnetPlan(layers, environment, runtime == DotnetRuntime.Sdk ? ByteSize.MiB(1024) : null);
    }

    /// <summary>What each application among the inputs and layers runs on; where there is none, what this build runs on.</summary>
    private static IEnumerable<SandboxLayer> Runtimes(IEnumerable<string> contents)
    {
        var applications = contents
            .SelectMany(path => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*" + ConfigurationEnding) : [path])
            .Where(path => path.EndsWith(ConfigurationEnding, true, CultureInfo.InvariantCulture))
            .Select(path => path[..^ConfigurationEnding.Length] + ".dll")
            .Where(File.Exists)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(application => SandboxLayer.FromDotnet(application))
            .ToList();
        return applications.Count > 0 ? applications : [SandboxLayer.FromDotnet()];
    }

    private enum DotnetRuntime
    {
        Dotnet = 0,
        Sdk = 1,
    }
}
