using System.Globalization;

namespace Mayfly.MSBuild.Settings;

/// <summary>What a task says of its machine.</summary>
internal sealed record MachinePlan
{
    /// <summary>Its memory; null for the default.</summary>
    public required ByteSize? Memory { get; init; }

    /// <summary>Its processors; null for the default.</summary>
    public required int? Cpus { get; init; }

    /// <summary>What provides them.</summary>
    public required Acceleration Acceleration { get; init; }

    /// <summary>How it is reached.</summary>
    public required SandboxTransport Transport { get; init; }

    /// <summary>Its network card.</summary>
    public required SandboxNetwork Network { get; init; }

    /// <summary>Whether it is booted rather than cloned.</summary>
    public required bool Cold { get; init; }

    /// <summary>What it mounts, in the order in which the first hides the later; before the host's .NET.</summary>
    public required IReadOnlyList<SandboxLayer> Layers { get; init; }

    /// <summary>What it has of the host's .NET.</summary>
    public required DotnetPlan Dotnet { get; init; }

    /// <summary>Reads the parameters of a task.</summary>
    /// <exception cref="SandboxConfigurationException">One of them makes no sense.</exception>
    public static MachinePlan Of(SandboxTask task, GuestLayout layout, DotnetPlan dotnet) => new()
    {
        Memory = TaskText.Size(task.Memory, nameof(task.Memory)) ?? dotnet.LeastMemory,
        Cpus = TaskText.Number(task.Cpus, nameof(task.Cpus)),
        Acceleration = TaskText.Name<Acceleration>(task.Acceleration, nameof(task.Acceleration)) ?? Acceleration.Auto,
        Transport = TaskText.Name<SandboxTransport>(task.Transport, nameof(task.Transport)) ?? SandboxTransport.Auto,
        Network = TaskText.Network(task.Network, nameof(task.Network)),
        Cold = task.Cold,
        Layers = [.. task.Layers.Select(item => LayerItems.Read(item, layout))],
        Dotnet = dotnet,
    };

    /// <summary>Everything that it mounts.</summary>
    public IReadOnlyList<SandboxLayer> AllLayers => [.. Layers, .. Dotnet.Layers];

    /// <summary>The machine as the library has it.</summary>
    public SandboxOptions Options()
    {
        var defaults = new SandboxOptions();
        return defaults with
        {
            Memory = Memory ?? defaults.Memory,
            Cpus = Cpus ?? defaults.Cpus,
            Acceleration = Acceleration,
            Transport = Transport,
            Network = Network,
            Cold = Cold,
            Layers = AllLayers,
        };
    }

    /// <summary>
    /// The machine with those layers alone whose content tells it from others: the SDK is known by its version, and a folder of packages
    /// changes with every restore, while what a step finds in it does not.
    /// </summary>
    public SandboxOptions Content() =>
        Options() with { Layers = [.. Layers, .. Dotnet.Layers.Where(layer => layer.Source == SandboxLayerSource.Dotnet)] };

    /// <summary>
    /// Everything that can show in what a command makes there, for stamps; every property but <see cref="Cold"/>, for a machine is the
    /// same however it starts. What layers hold is not in it: <see cref="Content"/>.
    /// </summary>
    public IReadOnlyList<string> Parts() =>
    [
        $"memory {Memory}",
        string.Create(CultureInfo.InvariantCulture, $"cpus {Cpus}"),
        $"acceleration {Acceleration}",
        $"transport {Transport}",
        $"network {Network}",
        $"layers{Told(Layers)}",
        $".NET {(Dotnet.Layers.Count > 0 ? Environment.Version : null)}{Told(Dotnet.Layers)}",
    ];

    /// <summary>For people: what was asked for.</summary>
    public override string ToString() =>
        $"memory {Memory?.ToString() ?? "default"}, processors {Cpus?.ToString() ?? "default"}, acceleration {Acceleration}, transport {Transport}, network {Network}, cold {Cold}{Told(AllLayers)}";

    private static string Told(IReadOnlyList<SandboxLayer> layers) =>
        string.Concat(layers.Select(layer => $", layer {layer.Source} {layer.Path} -> {layer.GuestPath}{(layer.Writable.Bytes > 0 ? $" writable {layer.Writable}" : "")}"));
}
