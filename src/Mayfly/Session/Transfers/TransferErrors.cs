using Mayfly.Diagnostics;
using Mayfly.Protocol;

namespace Mayfly.Session.Transfers;

/// <summary>The ways a transfer fails, each with its code, its likely cause and its remedy.</summary>
internal static class TransferErrors
{
    /// <summary>What the guest said went wrong on its side.</summary>
    public static SandboxTransferException FromGuest(FailedOutcome failed, string operation, string guestPath)
    {
        var where = string.IsNullOrEmpty(failed.Path) ? guestPath : failed.Path;
        return failed.Code switch
        {
            FailureCode.NoSpace => new SandboxTransferException(
                ErrorCode.GuestDiskFull,
                $"{operation} failed: the guest has no space left at '{where}' ({failed.Message}). "
                + "The guest's files live in its memory; give it more with SandboxOptions.Memory, or send less."),
            FailureCode.NotFound => new SandboxTransferException(
                ErrorCode.GuestPathMissing,
                $"{operation} failed: '{where}' does not exist in the guest ({failed.Message}). Check the path and that the command that makes it has succeeded."),
            FailureCode.Denied => new SandboxTransferException(
                ErrorCode.TransferFailed,
                $"{operation} failed: the guest denies access to '{where}' ({failed.Message}). Choose a path that is writable there."),
            FailureCode.WrongType => new SandboxTransferException(
                ErrorCode.TransferFailed,
                $"{operation} failed: in the guest a file stands where a directory is needed, or the other way round, at '{where}' ({failed.Message}). Choose another path."),
            _ => new SandboxTransferException(ErrorCode.TransferFailed, $"{operation} failed in the guest at '{where}': {failed.Message}"),
        };
    }

    /// <summary>The guest sent an entry that would not stay within the target, or is of a kind that has no place there.</summary>
    public static SandboxTransferException Unsafe(string entry, string why) => new(
        ErrorCode.UnsafeEntryRefused,
        $"The guest sent the entry '{GuestMessages.Clean(entry)}', which is refused: {why}. What it sent before has been kept; leave the entry out of what is pulled.");

    /// <summary>The guest's stream is no tar stream as the agent writes it.</summary>
    public static SandboxTransferException Malformed(string why) => new(
        ErrorCode.TransferFailed,
        $"The guest's tar stream is malformed: {why}. Its agent is damaged or does not belong to this Mayfly.");

    /// <summary>The guest sends more than a pull may bring.</summary>
    public static SandboxTransferException TooMuch(string what, string limit) => new(
        ErrorCode.TransferFailed,
        $"The guest sends more {what} than the limit of {limit} per pull. Pull less at once.");

    /// <summary>The host could not write.</summary>
    public static SandboxTransferException HostWrite(string hostPath, Exception cause) => new(
        ErrorCode.HostWriteFailed,
        $"'{hostPath}' could not be written: {cause.Message}. Check the host's free space and the permissions of the target.",
        cause);

    /// <summary>A host file could not be read to the end as it was announced.</summary>
    public static SandboxTransferException HostRead(string hostPath, string why, Exception? cause = null) => new(
        ErrorCode.TransferFailed,
        $"'{hostPath}' could not be sent: {why}. Make sure that nothing changes the source while it is pushed and that it is readable.",
        cause);

    /// <summary>The source of a push is not there.</summary>
    public static SandboxConfigurationException HostMissing(string hostPath, string why, Exception? cause = null) => new(
        ErrorCode.HostFileMissing,
        $"'{hostPath}' can't be pushed: {why}. Check the path and its permissions.",
        cause);
}
