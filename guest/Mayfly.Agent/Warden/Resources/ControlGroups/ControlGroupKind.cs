using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources.ControlGroups;

/// <summary>
/// The group of a sandbox's processes, for limits that hold even against a monitor that a guest has taken over. Made below
/// the owner's own group, so that the owner's limits hold as well. Hosts differ: version 1 has a group for each controller;
/// version 2 passes controllers on only from the root and from groups without processes, and the owner's has some; containers often let nobody make groups. What can't
/// be had is said, and the sandbox starts without it.
/// </summary>
internal sealed class ControlGroupKind : IResourceKind
{
    private const int MaxProcBytes = 256 * 1024;
    /// <summary>What no path can have; names of groups may hold colons.</summary>
    private const char PathSeparator = '\0';

    private const string AskedForSuffix = "_asked_for";

    public string Kind => ResourceKind.ControlGroup;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        var name = ResourceNames.ControlGroup(making.Place.Id);
        var hierarchies = Hierarchies();
        var groups = new List<string>();
        var had = new List<string>();
        var lacking = new List<string>();
        foreach (var limit in ControlGroupLimit.Of(wanted))
        {
            var isAskedFor = wanted[limit.Controller + AskedForSuffix] is not null;
            var (problem, version) = Apply(limit, hierarchies, name, isAskedFor, groups);
            if (problem is null)
            {
                had.Add($"{limit.Controller} (version {version})");
                continue;
            }

            lacking.Add($"{limit.Controller} ({problem})");
            if (isAskedFor)
            {
                making.Notes.Add($"missing {lacking[^1]}");
            }
        }

        foreach (var group in groups)
        {
            var procs = Libc.Open($"{group}/cgroup.procs", Linux.O_WRONLY | Linux.O_CLOEXEC, 0);
            if (procs.IsInvalid)
            {
                throw NativeException.Last($"opening {group}/cgroup.procs");
            }

            making.Join(procs);
        }

        making.Notes.Add($"limits {(had.Count > 0 ? string.Join(", ", had) : "none")}{(lacking.Count > 0 ? $"; not {string.Join(", ", lacking)}" : "")}");
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["paths"] = string.Join(PathSeparator, groups) };
    }

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        // Its maker did not come to writing down where it is.
        if (handle["paths"] is null)
        {
            foreach (var found in Find(place))
            {
                Release(found, place);
            }

            return;
        }

        var name = ResourceNames.ControlGroup(place.Id);
        foreach (var group in Paths(handle).Where(path => Path.GetFileName(path) == name))
        {
            ControlGroupFiles.Remove(group);
        }
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place)
    {
        var name = ResourceNames.ControlGroup(place.Id);
        var paths = Hierarchies().SelectMany(hierarchy => ControlGroupFiles.Find(hierarchy.Mount, name)).Distinct().ToArray();
        return paths.Length == 0
            ? []
            : [ResourceHandle.Of(Kind, ("name", name), ("paths", string.Join(PathSeparator, paths)))];
    }

    /// <summary>Whether the kernel has killed something in the group for want of memory.</summary>
    public static bool HasRunOutOfMemory(ResourceHandle handle) => Paths(handle).Any(path => ControlGroupFiles.CountOutOfMemoryKills(path) > 0);

    private static string[] Paths(ResourceHandle handle) => (handle["paths"] ?? "").Split(PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IReadOnlyList<ControlGroupHierarchy> Hierarchies() => ControlGroupHierarchy.Read(
        Files.TryReadText("/proc/self/cgroup", MaxProcBytes) ?? "",
        Files.TryReadText("/proc/self/mountinfo", MaxProcBytes) ?? "");

    /// <returns>Why the limit can't be had; null and the version where it holds.</returns>
    private static (string? Problem, int Version) Apply(
        ControlGroupLimit limit, IReadOnlyList<ControlGroupHierarchy> hierarchies, string name, bool isAskedFor, List<string> groups)
    {
        var problem = "no control groups are mounted";
        foreach (var hierarchy in hierarchies)
        {
            if (hierarchy is { Version: 1, Own: { } own } && hierarchy.Controllers.Contains(limit.Controller))
            {
                problem = Set($"{own}/{name}", limit.OldFile, limit.OldValue, groups);
            }
            else if (hierarchy is { Version: 2, Own: not null })
            {
                problem = SetNew(hierarchy, limit, name, isAskedFor, groups);
            }
            else
            {
                continue;
            }

            if (problem is null)
            {
                return (null, hierarchy.Version);
            }
        }

        return (problem, 0);
    }

    private static string? SetNew(ControlGroupHierarchy hierarchy, ControlGroupLimit limit, string name, bool isAskedFor, List<string> groups)
    {
        // Only the root passes controllers on whatever is in it; of all groups, it alone has no type. Others would take some
        // controllers for threads and then refuse processes in their groups below.
        if (Files.TryRead($"{hierarchy.Own}/cgroup.type", MaxProcBytes) is null)
        {
            _ = Files.WriteText($"{hierarchy.Own}/cgroup.subtree_control", $"+{limit.Controller}");
            return PassesOn(hierarchy.Own!, limit.Controller)
                ? Set($"{hierarchy.Own}/{name}", limit.NewFile, limit.NewValue, groups)
                : $"{hierarchy.Own} has no such controller";
        }

        // The group above does, or this one would have no controllers either. Being its neighbour means being outside of the
        // owner's own limits, so that is done only for a limit somebody has asked for.
        return isAskedFor && hierarchy.Parent is { } parent && PassesOn(parent, limit.Controller)
            ? Set($"{parent}/{name}", limit.NewFile, limit.NewValue, groups)
            : $"{hierarchy.Own} has processes, and then version 2 passes no controllers on";
    }

    private static bool PassesOn(string group, string controller) =>
        (Files.TryReadText($"{group}/cgroup.subtree_control", MaxProcBytes) ?? "").Split([' ', '\n']).Contains(controller);

    private static string? Set(string group, string file, string value, List<string> groups)
    {
        if (ControlGroupFiles.Make(group) is var making and not 0)
        {
            return $"making {group}: {NativeException.Describe(making)}";
        }

        if (!groups.Contains(group))
        {
            groups.Add(group);
        }

        return Files.WriteText($"{group}/{file}", value) is var writing and not 0 ? $"writing {group}/{file}: {NativeException.Describe(writing)}" : null;
    }
}
