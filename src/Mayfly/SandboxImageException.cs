namespace Mayfly;

/// <summary>A kernel or image could not be had. Codes MAY5xxx.</summary>
public sealed class SandboxImageException(string code, string message, Exception? innerException = null)
    : MayflyException(code, message, innerException);
