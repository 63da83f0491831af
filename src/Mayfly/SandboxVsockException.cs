namespace Mayfly;

/// <summary>A vsock connection could not be made or was lost. Codes MAY3040 to MAY3042.</summary>
public sealed class SandboxVsockException : MayflyException
{
    /// <summary>Creates the error.</summary>
    public SandboxVsockException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
