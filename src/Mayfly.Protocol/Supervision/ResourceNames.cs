namespace Mayfly.Protocol.Supervision;

/// <summary>
/// What a sandbox's kernel resources and files are called. All of it follows from the sandbox's id, so that what is left
/// can be found even where its record can't be read.
/// </summary>
public static class ResourceNames
{
    /// <summary>What the names of control groups and mapped devices begin with.</summary>
    public const string Prefix = "mayfly-";

    /// <summary>What the names of network devices begin with; the kernel allows them 15 bytes.</summary>
    public const string TapPrefix = "mf";

    /// <summary>The file in a sandbox's directory on which its guardian holds a flock.</summary>
    public const string LockFile = "lock";

    /// <summary>The file in a sandbox's directory that says what it is; written once.</summary>
    public const string FactsFile = "sandbox.json";

    /// <summary>The file in a sandbox's directory that says which resources it has; lines are only ever added.</summary>
    public const string HandlesFile = "handles";

    /// <summary>The named pipe in a sandbox's directory that its warden reads: a byte in it asks for the sandbox's end.</summary>
    public const string EndFile = "end";

    /// <summary>The file beside the sandboxes' directories that keeps their making and their claiming apart.</summary>
    public const string RootLockFile = ".lock";

    /// <summary>
    /// What the name of a sandbox's directory gets in front when everything but files has been released: from then on it is
    /// nobody's, and anybody may remove it.
    /// </summary>
    public const string DiscardedPrefix = ".gone-";

    /// <summary>The control group of a sandbox.</summary>
    public static string ControlGroup(string id) => Prefix + id;

    /// <summary>The TAP device of a sandbox.</summary>
    public static string Tap(string id) => TapPrefix + id;

    /// <summary>The mapped device behind a sandbox's disk.</summary>
    /// <param name="id">The sandbox's id.</param>
    /// <param name="disk">The disk's number, from 0.</param>
    public static string MappedDevice(string id, int disk) => $"{Prefix}{id}-{disk}";
}
