using System.Text;

namespace Mayfly.Agent.Warden.Resources.ControlGroups;

/// <summary>One mounted hierarchy of control groups, and where in it this process is.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Controllers">With version 1, what the hierarchy controls; with version 2 that differs by group.</param>
/// <param name="Mount">The directory of its root.</param>
/// <param name="Own">The directory of this process's group; null where it lies outside of what is mounted.</param>
internal sealed record ControlGroupHierarchy(int Version, IReadOnlyList<string> Controllers, string Mount, string? Own)
{
    private const int RootField = 3;
    private const int MountPointField = 4;

    /// <summary>The group above this process's own; null where there is none to be seen.</summary>
    public string? Parent => Own is not null && Own.Length > Mount.Length ? Own[..Own.LastIndexOf('/')] : null;

    /// <summary>Reads what is mounted.</summary>
    /// <param name="groups">The text of <c>/proc/self/cgroup</c>: <c>number:controllers:path</c> in each line.</param>
    /// <param name="mounts">The text of <c>/proc/self/mountinfo</c>.</param>
    public static IReadOnlyList<ControlGroupHierarchy> Read(string groups, string mounts)
    {
        var hierarchies = new List<ControlGroupHierarchy>();
        foreach (var line in mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Optional fields come between the sixth and a lone hyphen; behind it are the type, the source and the options.
            var separator = line.IndexOf(" - ", StringComparison.Ordinal);
            var front = line[..Math.Max(separator, 0)].Split(' ');
            var back = separator < 0 ? [] : line[(separator + 3)..].Split(' ');
            if (front.Length <= MountPointField || back.Length < 3)
            {
                continue;
            }

            var mount = Unescape(front[MountPointField]);
            var options = back[2].Split(',');
            if (back[0] == "cgroup2" && PathOf(groups, controllers => controllers.Length == 0) is { } unified)
            {
                hierarchies.Add(new ControlGroupHierarchy(2, [], mount, Locate(mount, Unescape(front[RootField]), unified)));
            }
            else if (back[0] == "cgroup" && PathOf(groups, controllers => controllers.Length > 0 && controllers.Split(',').All(options.Contains)) is { } path)
            {
                hierarchies.Add(new ControlGroupHierarchy(1, options, mount, Locate(mount, Unescape(front[RootField]), path)));
            }
        }

        return hierarchies;
    }

    private static string? PathOf(string groups, Func<string, bool> isIt)
    {
        foreach (var line in groups.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(':', 3);
            if (parts.Length == 3 && isIt(parts[1]))
            {
                return parts[2];
            }
        }

        return null;
    }

    /// <summary>A mount shows the hierarchy from some group on, mostly from its root.</summary>
    private static string? Locate(string mount, string root, string path)
    {
        root = root.TrimEnd('/');
        path = path.TrimEnd('/');
        return path.StartsWith("/..", StringComparison.Ordinal) ? null
            : path == root ? mount
            : path.StartsWith(root + "/", StringComparison.Ordinal) ? mount + path[root.Length..]
            : null;
    }

    /// <summary>The kernel writes blanks and the like as a backslash and three octal digits.</summary>
    private static string Unescape(string field)
    {
        var text = new StringBuilder(field.Length);
        for (var index = 0; index < field.Length; index++)
        {
            if (field[index] == '\\' && index + 3 < field.Length && field.AsSpan(index + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)Convert.ToInt32(field.Substring(index + 1, 3), 8));
                index += 3;
            }
            else
            {
                text.Append(field[index]);
            }
        }

        return text.ToString();
    }
}
