using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Transfer;

/// <summary>A push or a pull can't be done.</summary>
internal sealed class TransferException(FailureCode code, string message, string? path = null) : Exception(message)
{
    public FailedOutcome Outcome { get; } = new(code, message, path);

    public static TransferException FromErrno(string what, string path, int errno)
    {
        var code = errno switch
        {
            Errno.ENOENT => FailureCode.NotFound,
            Errno.EPERM or Errno.EACCES or Errno.EROFS => FailureCode.Denied,
            Errno.ENOSPC or Errno.EDQUOT => FailureCode.NoSpace,
            Errno.ENOTDIR or Errno.EISDIR => FailureCode.WrongType,
            _ => FailureCode.Other,
        };
        return new TransferException(code, $"{what} '{path}' failed: {NativeException.Describe(errno)}", path);
    }

    public static TransferException Cancelled() => new(FailureCode.Cancelled, "the host cancelled the transfer");
}
