namespace Mayfly;

/// <summary>
/// A command did not succeed. The message carries the command, its end, and the last lines of its outputs and of the
/// guest's console. Codes MAY3001 to MAY3007.
/// </summary>
public sealed class ExecException : MayflyException
{
    internal ExecException(string code, string message, ExecResult result, string consoleTail)
        : base(code, result.End.Kind == ExecEndKind.GuestDied ? ConsoleText.Append(message, consoleTail) : message)
    {
        Result = result;
        ConsoleTail = consoleTail;
    }

    /// <summary>The end and everything that was kept of the output.</summary>
    public ExecResult Result { get; }

    /// <summary>The last lines of the guest's console. Untrusted text.</summary>
    public string ConsoleTail { get; }
}
