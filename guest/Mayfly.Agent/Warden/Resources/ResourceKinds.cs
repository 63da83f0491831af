using Mayfly.Agent.Warden.Resources.ControlGroups;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>All kinds of resources.</summary>
internal static class ResourceKinds
{
    /// <summary>In the order in which they depend on each other: the later may use the earlier.</summary>
    public static IReadOnlyList<IResourceKind> All { get; } =
    [
        new ControlGroupKind(),
        new TapKind(),
        new OpenFileKind(),
        new ProcessKind(),
        new MountKind(),
        new LoopKind(),
        new MappedDeviceKind(),
    ];

    /// <returns>The kind of that name; null where a newer or older version has made it.</returns>
    public static IResourceKind? Find(string kind) => All.FirstOrDefault(candidate => candidate.Kind == kind);
}
