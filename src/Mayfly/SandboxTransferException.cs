namespace Mayfly;

/// <summary>A push or a pull failed. Codes MAY3010 to MAY3019.</summary>
public sealed class SandboxTransferException(string code, string message, Exception? innerException = null)
    : MayflyException(code, message, innerException);
