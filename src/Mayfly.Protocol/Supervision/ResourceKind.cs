namespace Mayfly.Protocol.Supervision;

/// <summary>The kinds of kernel resources a sandbox can have besides its directory and what lies in it.</summary>
public static class ResourceKind
{
    /// <summary>The machine's process. Facts: <c>program</c>, and once it runs those of a <see cref="ProcessIdentity"/>.</summary>
    public const string Process = "process";

    /// <summary>
    /// A control group, of whatever versions the host has. Facts: <c>name</c>; wanted limits <c>memory_bytes</c>,
    /// <c>cpu_percent</c> (of one processor), <c>pids</c>, and beside each that a user has asked for <c>memory_asked_for</c>
    /// and so on; and once made <c>paths</c>, separated by NULs. Notes: <c>limits WHICH</c> and <c>missing WHICH</c>, the
    /// latter for those that were asked for.
    /// </summary>
    public const string ControlGroup = "control-group";

    /// <summary>
    /// A TAP device that goes with the last descriptor of it. Facts: <c>name</c>, <c>bridge</c> or <c>address</c> (the
    /// host's end, as address/prefix).
    /// </summary>
    public const string Tap = "tap";

    /// <summary>A file that the program inherits opened for reading. Facts: <c>path</c>.</summary>
    public const string OpenFile = "open-file";

    /// <summary>A file system of its own in memory. Facts: <c>path</c> below the sandbox's directory, <c>size_bytes</c>.</summary>
    public const string Mount = "mount";

    /// <summary>
    /// A loop device over a file. Facts: <c>name</c>, by which a mapped device of the same plan refers to it; <c>file</c>;
    /// <c>read_only</c> (true or false); <c>size_bytes</c> where the file is to be made first, empty and below the sandbox's
    /// directory; and once made <c>inode</c> (the file's), <c>path</c> and <c>device</c> (its numbers, as major:minor).
    /// </summary>
    public const string Loop = "loop";

    /// <summary>
    /// A device-mapper snapshot that forgets what was written when it goes. Facts: <c>name</c>, one of
    /// <see cref="ResourceNames.MappedDevice"/>; <c>origin</c> and <c>store</c> (names of loop devices of the same plan);
    /// <c>size_bytes</c> (the origin's); <c>path</c>, below the sandbox's directory, where a link to the device's node is made;
    /// and once made <c>device</c> (its numbers, as major:minor).
    /// </summary>
    public const string MappedDevice = "mapped-device";
}
