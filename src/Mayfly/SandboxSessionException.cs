namespace Mayfly;

/// <summary>The conversation with the guest ended while an operation needed it. Codes MAY3006 and MAY3020.</summary>
public sealed class SandboxSessionException : MayflyException
{
    /// <summary>Creates the error; a non-empty console tail is appended to the message.</summary>
    public SandboxSessionException(string code, string message, string consoleTail = "", Exception? innerException = null)
        : base(code, ConsoleText.Append(message, consoleTail), innerException)
    {
        ConsoleTail = consoleTail;
    }

    /// <summary>The last lines of the guest's console; empty where there was no output. Untrusted text.</summary>
    public string ConsoleTail { get; }
}
