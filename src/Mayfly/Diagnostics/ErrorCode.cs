namespace Mayfly.Diagnostics;

/// <summary>
/// Every error Mayfly can give, by its stable code. 1xxx configuration, 2xxx boot, 3xxx commands and transfers,
/// 4xxx teardown, 5xxx images. A code is never reused; src/README.md has the same table and a test compares them.
/// </summary>
internal static class ErrorCode
{
    // 1xxx: configuration
    public const string InvalidOption = "MAY1001";
    public const string HypervisorMissing = "MAY1002";
    public const string HypervisorUnusable = "MAY1003";
    public const string KvmUnusable = "MAY1004";
    public const string KernelUnreadable = "MAY1005";
    public const string AgentMissing = "MAY1006";
    public const string RuntimeDirectoryUnsafe = "MAY1007";
    public const string CommandEmpty = "MAY1008";
    public const string HostFileMissing = "MAY1009";

    // 11xx: build steps
    public const string TaskOutputMissing = "MAY1101";
    public const string TaskPathNeedsGuestPath = "MAY1102";
    public const string TaskTimeoutInvalid = "MAY1103";
    public const string TaskParameterInvalid = "MAY1104";
    public const string TaskOutputOutsideProject = "MAY1105";
    public const string TaskOutputRefused = "MAY1106";
    public const string TaskProjectDirectoryUnknown = "MAY1107";
    public const string TaskStepInvalid = "MAY1108";
    public const string TaskOutputCut = "MAY1109";

    // 2xxx: boot
    public const string BootTimedOut = "MAY2001";
    public const string HypervisorExitedEarly = "MAY2002";
    public const string GuestPanicked = "MAY2003";
    public const string HandshakeFailed = "MAY2004";
    public const string NotEnoughMemory = "MAY2005";

    // 3xxx: commands and transfers
    public const string CommandFailed = "MAY3001";
    public const string CommandTimedOut = "MAY3002";
    public const string CommandSignalled = "MAY3003";
    public const string CommandOutOfMemory = "MAY3004";
    public const string CommandCouldNotStart = "MAY3005";
    public const string GuestDied = "MAY3006";
    public const string CommandCancelled = "MAY3007";
    public const string TransferFailed = "MAY3010";
    public const string GuestDiskFull = "MAY3011";
    public const string GuestPathMissing = "MAY3012";
    public const string UnsafeEntryRefused = "MAY3013";
    public const string HostWriteFailed = "MAY3014";
    public const string SessionBroken = "MAY3020";
    public const string TestTimedOut = "MAY3030";

    // 4xxx: teardown
    public const string TeardownIncomplete = "MAY4001";

    // 5xxx: images
    public const string PackageUnavailable = "MAY5001";
    public const string ImageToolMissing = "MAY5002";
    public const string ImageBuildFailed = "MAY5003";
    public const string CacheUnwritable = "MAY5004";

    /// <summary>Whether the code says that this host can't run any sandbox.</summary>
    public static bool IsHostUnable(string code) =>
        code is HypervisorMissing or HypervisorUnusable or KvmUnusable or AgentMissing or PackageUnavailable;
}
