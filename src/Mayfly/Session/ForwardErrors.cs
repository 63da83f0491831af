using Mayfly.Diagnostics;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>What a guest's refusal to connect or to listen means to the caller.</summary>
internal static class ForwardErrors
{
    public static SandboxForwardException FromGuest(FailedOutcome failed) => failed.Code switch
    {
        FailureCode.Refused or FailureCode.NotFound => new SandboxForwardException(
            ErrorCode.ForwardRefused, $"{failed.Message}. Start the program there first."),
        FailureCode.InUse => new SandboxForwardException(
            ErrorCode.GuestPortInUse, $"{failed.Message}. Choose another guest port, or 0 for a free one."),
        _ => new SandboxForwardException(ErrorCode.ForwardFailed, $"{failed.Message} ({failed.Code})."),
    };
}
