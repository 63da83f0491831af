namespace Mayfly.Diagnostics;

/// <summary>
/// Every error Mayfly can give, by its stable code. 1xxx configuration, 2xxx boot, 3xxx commands and transfers,
/// 4xxx teardown, 5xxx images. A code is never reused; src/README.md has the same table and a test compares them.
/// </summary>
public static class ErrorCode
{
    // 1xxx: configuration
    /// <summary>An option, a path or an environment variable is out of range or malformed.</summary>
    public const string InvalidOption = "MAY1001";

    /// <summary>QEMU is not installed.</summary>
    public const string HypervisorMissing = "MAY1002";

    /// <summary>QEMU is there but can't be used.</summary>
    public const string HypervisorUnusable = "MAY1003";

    /// <summary>KVM was demanded and does not work.</summary>
    public const string KvmUnusable = "MAY1004";

    /// <summary>The given kernel can't be read or is none.</summary>
    public const string KernelUnreadable = "MAY1005";

    /// <summary>The native agent is missing or can't be run.</summary>
    public const string AgentMissing = "MAY1006";

    /// <summary>The runtime directory belongs to somebody else or is open to others.</summary>
    public const string RuntimeDirectoryUnsafe = "MAY1007";

    /// <summary>The command is empty.</summary>
    public const string CommandEmpty = "MAY1008";

    /// <summary>The host file to push does not exist.</summary>
    public const string HostFileMissing = "MAY1009";

    /// <summary>The way in that was asked for can't be had with this monitor or on this host.</summary>
    public const string TransportUnavailable = "MAY1010";

    /// <summary>The sandbox was started without a vsock device, and the call needs one.</summary>
    public const string VsockMissing = "MAY1011";

    /// <summary>A port of the host that shall lead into the guest can't be bound.</summary>
    public const string PortUnavailable = "MAY1012";

    /// <summary>The network that was asked for can't be had with this monitor or on this host.</summary>
    public const string NetworkUnavailable = "MAY1013";

    /// <summary>OpenSSH's client is not installed.</summary>
    public const string SshMissing = "MAY1015";

    /// <summary>The given initramfs can't be read or is none.</summary>
    public const string InitramfsUnreadable = "MAY1016";

    /// <summary>Machines of these options can't be frozen and cloned.</summary>
    public const string TemplateUnsupported = "MAY1017";

    /// <summary>What a layer is to be made of does not exist, can't be read, or is more than its slot holds.</summary>
    public const string LayerUnusable = "MAY1018";

    /// <summary>The minimal kernel was asked for and has not been built.</summary>
    public const string MinimalKernelMissing = "MAY1019";

    // 11xx: build steps
    /// <summary>A build step did not produce a declared output.</summary>
    public const string TaskOutputMissing = "MAY1101";

    /// <summary>A build step's file lies outside the project directory and has no place in the guest.</summary>
    public const string TaskPathNeedsGuestPath = "MAY1102";

    /// <summary>A build step's timeout can't be read.</summary>
    public const string TaskTimeoutInvalid = "MAY1103";

    /// <summary>A build step's parameter makes no sense.</summary>
    public const string TaskParameterInvalid = "MAY1104";

    /// <summary>A build step's output would land outside the project's folders, or where or under a name that the build itself goes by.</summary>
    public const string TaskOutputOutsideProject = "MAY1105";

    /// <summary>A build step's output is of a kind or a name that is not taken from a guest, or lies behind a link that leads out of the project.</summary>
    public const string TaskOutputRefused = "MAY1106";

    /// <summary>A build step does not know its project directory.</summary>
    public const string TaskProjectDirectoryUnknown = "MAY1107";

    /// <summary>A SandboxStep item has unknown metadata or an unknown anchor.</summary>
    public const string TaskStepInvalid = "MAY1108";

    /// <summary>A build step printed more than is logged.</summary>
    public const string TaskOutputCut = "MAY1109";

    /// <summary>The machine that several build steps share is gone before the last of them.</summary>
    public const string TaskSessionLost = "MAY1115";

    /// <summary>Tests that were run in a sandbox by a build did not pass.</summary>
    public const string TaskTestsFailed = "MAY1120";

    /// <summary>A disk image does not exist, can't be read, or is none.</summary>
    public const string DiskUnusable = "MAY1014";

    /// <summary>A directory, a device or another resource of the host that a sandbox needs can't be had.</summary>
    public const string ResourceUnavailable = "MAY1020";

    /// <summary>There are as many sandboxes as there may be.</summary>
    public const string TooManySandboxes = "MAY1021";

    /// <summary>Another sandbox of this user has that name.</summary>
    public const string SandboxNameTaken = "MAY1022";

    /// <summary>No living sandbox of this user has that name.</summary>
    public const string SandboxNameUnknown = "MAY1023";

    /// <summary>The sandbox was started without SSH.</summary>
    public const string SshNotStarted = "MAY1024";

    // 2xxx: boot
    /// <summary>The machine did not boot in time.</summary>
    public const string BootTimedOut = "MAY2001";

    /// <summary>The hypervisor ended before the guest was up.</summary>
    public const string HypervisorExitedEarly = "MAY2002";

    /// <summary>The guest's kernel panicked while it booted.</summary>
    public const string GuestPanicked = "MAY2003";

    /// <summary>The agent did not speak as it should.</summary>
    public const string HandshakeFailed = "MAY2004";

    /// <summary>Too little memory to boot.</summary>
    public const string NotEnoughMemory = "MAY2005";

    // 21xx: SSH
    /// <summary>The SSH server can't be reached: no such host, or nobody listens.</summary>
    public const string SshUnreachable = "MAY2101";

    /// <summary>What answers there does not speak SSH, or closes at once.</summary>
    public const string SshNotSpoken = "MAY2102";

    /// <summary>The SSH server did not complete its handshake in time.</summary>
    public const string SshTimedOut = "MAY2103";

    /// <summary>The host key is another than the one that is known: possibly a man in the middle.</summary>
    public const string SshHostKeyChanged = "MAY2104";

    /// <summary>The host key is not known, and may not be trusted on first use.</summary>
    public const string SshHostKeyUnknown = "MAY2105";

    /// <summary>Mayfly's file of known hosts can't be read, locked or written.</summary>
    public const string SshKnownHostsUnusable = "MAY2106";

    /// <summary>The SSH server refuses the key.</summary>
    public const string SshAccessDenied = "MAY2107";

    /// <summary>The SSH server lets us in, but its session can't be used.</summary>
    public const string SshSessionFailed = "MAY2108";

    // 3xxx: commands and transfers
    /// <summary>The command returned another code than zero.</summary>
    public const string CommandFailed = "MAY3001";

    /// <summary>The command timed out.</summary>
    public const string CommandTimedOut = "MAY3002";

    /// <summary>A signal ended the command.</summary>
    public const string CommandSignalled = "MAY3003";

    /// <summary>The command was killed for want of memory.</summary>
    public const string CommandOutOfMemory = "MAY3004";

    /// <summary>The command could not start.</summary>
    public const string CommandCouldNotStart = "MAY3005";

    /// <summary>The machine died under a command, a transfer or another call that needs it.</summary>
    public const string GuestDied = "MAY3006";

    /// <summary>The command was cancelled.</summary>
    public const string CommandCancelled = "MAY3007";

    /// <summary>A transfer failed or stalled.</summary>
    public const string TransferFailed = "MAY3010";

    /// <summary>The guest's disk is full.</summary>
    public const string GuestDiskFull = "MAY3011";

    /// <summary>The path does not exist in the guest.</summary>
    public const string GuestPathMissing = "MAY3012";

    /// <summary>The guest sent something that would land outside the target.</summary>
    public const string UnsafeEntryRefused = "MAY3013";

    /// <summary>The host can't write what was pulled.</summary>
    public const string HostWriteFailed = "MAY3014";

    /// <summary>The conversation with the guest broke.</summary>
    public const string SessionBroken = "MAY3020";

    /// <summary>A test did not end within its deadline.</summary>
    public const string TestTimedOut = "MAY3030";

    /// <summary>The sandbox that tests share has ended in an earlier one.</summary>
    public const string SharedSandboxEnded = "MAY3031";

    /// <summary>A test in a guest has no result: its machine or its process died, or a fixture of its could not be ended.</summary>
    public const string GuestTestUnfinished = "MAY3032";

    /// <summary>The process that runs tests in a guest did not start, or can't run a test that does nothing.</summary>
    public const string GuestWorkerFailed = "MAY3033";

    /// <summary>Nobody listens on that vsock port in the guest.</summary>
    public const string VsockRefused = "MAY3040";

    /// <summary>The host's vsock port is already listened on.</summary>
    public const string VsockPortInUse = "MAY3041";

    /// <summary>The vsock connection was lost, or the guest does not answer.</summary>
    public const string VsockFailed = "MAY3042";

    /// <summary>More vsock connections of one sandbox are open than can be.</summary>
    public const string VsockLimit = "MAY3043";

    /// <summary>Nobody listens on that port in the guest.</summary>
    public const string ForwardRefused = "MAY3050";

    /// <summary>Another program in the guest listens on that port.</summary>
    public const string GuestPortInUse = "MAY3051";

    /// <summary>A connection to or from the guest could not be made for another reason; the message says which.</summary>
    public const string ForwardFailed = "MAY3052";

    // 4xxx: teardown
    /// <summary>Something could not be removed.</summary>
    public const string TeardownIncomplete = "MAY4001";

    // 5xxx: images
    /// <summary>A Debian package can't be downloaded.</summary>
    public const string PackageUnavailable = "MAY5001";

    /// <summary>A tool that images are made with is missing.</summary>
    public const string ImageToolMissing = "MAY5002";

    /// <summary>The image could not be made.</summary>
    public const string ImageBuildFailed = "MAY5003";

    /// <summary>The cache folder can't be written.</summary>
    public const string CacheUnwritable = "MAY5004";

    /// <summary>A template could not be made or restored.</summary>
    public const string TemplateFailed = "MAY5005";

    /// <summary>A layer could not be made, or the guest could not mount it.</summary>
    public const string LayerFailed = "MAY5006";

    /// <summary>The kernel of Mayfly's own could not be built.</summary>
    public const string KernelBuildFailed = "MAY5007";

    /// <summary>Whether the code says that this host can't run any sandbox.</summary>
    public static bool IsHostUnable(string code) =>
        code is HypervisorMissing or HypervisorUnusable or KvmUnusable or TransportUnavailable or NetworkUnavailable or AgentMissing or PackageUnavailable;
}
