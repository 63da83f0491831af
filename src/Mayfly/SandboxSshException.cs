namespace Mayfly;

/// <summary>A guest's SSH server could not be reached, trusted or used. Codes MAY2101 to MAY2108.</summary>
public sealed class SandboxSshException : MayflyException
{
    /// <summary>Creates the error.</summary>
    public SandboxSshException(string code, string message, Exception? innerException = null)
        : base(code, message, innerException)
    {
    }
}
