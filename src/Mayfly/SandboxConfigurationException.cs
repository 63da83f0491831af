namespace Mayfly;

/// <summary>An option, the host or an argument makes the request impossible; nothing was started. Codes MAY1xxx.</summary>
public sealed class SandboxConfigurationException(string code, string message, Exception? innerException = null)
    : MayflyException(code, message, innerException);
