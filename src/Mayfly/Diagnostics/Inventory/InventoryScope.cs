using System.Text.RegularExpressions;
using Mayfly.Images.Cache;
using Mayfly.Protocol.Supervision;
using Mayfly.Supervision;

namespace Mayfly.Diagnostics;

/// <summary>What is taken for Mayfly's: the places that are, and the names that nobody else gives.</summary>
/// <param name="Roots">The runtime directories that exist.</param>
/// <param name="Cache">The image cache, whether or not it exists; null where there is no place for one.</param>
internal sealed partial record InventoryScope(IReadOnlyList<string> Roots, string? Cache)
{
    /// <summary>The places of this user, in this environment.</summary>
    public static InventoryScope OfThisUser()
    {
        try
        {
            return new InventoryScope(RuntimeRoot.Existing(), Path.GetFullPath(CacheDirectory.Locate(Environment.GetEnvironmentVariable)));
        }
        catch (SandboxImageException)
        {
            return new InventoryScope(RuntimeRoot.Existing(), null);
        }
    }

    /// <summary>
    /// Whether the path lies below a runtime directory, or below one of another environment: what a process with another
    /// <c>XDG_RUNTIME_DIR</c> has left is known by the shape of a sandbox's path.
    /// </summary>
    public bool IsInSandbox(string path) => Roots.Any(root => IsBelow(root, path)) || SandboxPath.IsMatch(path);

    /// <summary>Whether the path lies in the image cache.</summary>
    public bool IsInCache(string path) => Cache is not null && IsBelow(Cache, path);

    /// <summary>Whether it is the name of a control group, a mapped device or something else that begins as those do.</summary>
    public static bool HasPrefix(string name) => name.StartsWith(ResourceNames.Prefix, StringComparison.Ordinal);

    /// <summary>Whether it is what a sandbox's network device is called; the prefix alone is too short to tell.</summary>
    public static bool IsDeviceName(string name) =>
        name.StartsWith(ResourceNames.TapPrefix, StringComparison.Ordinal) && SandboxIdText.IsMatch(name.AsSpan(ResourceNames.TapPrefix.Length));

    /// <summary>Whether it is what the kernel calls a monitor's process: QEMU is told a name, of which 15 bytes are kept.</summary>
    public static bool IsMonitorName(string name) => MonitorName.IsMatch(name);

    private static bool IsBelow(string directory, string path) =>
        path.Length > directory.Length + 1 && path[directory.Length] == '/' && path.StartsWith(directory, StringComparison.Ordinal);

    // The machine that finds out whether KVM works is no sandbox, but its directory and its monitor are as a sandbox's.
    [GeneratedRegex(@"/mayfly(-[0-9]+)?/([a-z2-7]{10}|kvm-[0-9a-f]{10})(/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex SandboxPath { get; }

    [GeneratedRegex(@"^qemu-([a-z2-7]{10}|kvm-[0-9a-f]{6})\z", RegexOptions.CultureInvariant)]
    private static partial Regex MonitorName { get; }

    [GeneratedRegex(@"^[a-z2-7]{10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SandboxIdText { get; }
}
