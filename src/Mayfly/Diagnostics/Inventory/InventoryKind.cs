namespace Mayfly.Diagnostics;

/// <summary>The kinds of resource that a sandbox can occupy on the host.</summary>
public enum InventoryKind
{
    /// <summary>A monitor, a warden or another role of the agent, or a program that makes an image. Zombies count.</summary>
    Process = 0,

    /// <summary>A control group, of either version.</summary>
    ControlGroup = 1,

    /// <summary>A TAP device or another network interface.</summary>
    NetworkDevice = 2,

    /// <summary>A network namespace that has a name.</summary>
    NetworkNamespace = 3,

    /// <summary>A loop device over a file of a sandbox or of the image cache.</summary>
    LoopDevice = 4,

    /// <summary>A device of the device mapper.</summary>
    MappedDevice = 5,

    /// <summary>A mount inside a sandbox's directory, in any mount namespace that one of the processes has.</summary>
    Mount = 6,

    /// <summary>A Unix socket that is bound inside a sandbox's directory.</summary>
    Socket = 7,

    /// <summary>A file of shared memory with a name. One without (a memfd) goes with its process.</summary>
    MemoryFile = 8,

    /// <summary>A sandbox's directory.</summary>
    Directory = 9,

    /// <summary>Work in progress in the image cache.</summary>
    CacheWork = 10,

    /// <summary>A vsock context id that somebody holds.</summary>
    ContextId = 11,

    /// <summary>A subnet for a link between host and guest that somebody holds.</summary>
    Subnet = 12,
}
