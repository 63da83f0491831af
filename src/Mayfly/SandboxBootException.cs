namespace Mayfly;

/// <summary>The machine did not come up. Codes MAY2xxx.</summary>
public sealed class SandboxBootException : MayflyException
{
    /// <summary>Creates the error; a non-empty console tail is appended to the message.</summary>
    public SandboxBootException(string code, string message, string consoleTail, Exception? innerException = null)
        : base(code, ConsoleText.Append(message, consoleTail), innerException)
    {
        ConsoleTail = consoleTail;
    }

    /// <summary>The last lines of the guest's console; empty where there was no output. Untrusted text.</summary>
    public string ConsoleTail { get; }
}
