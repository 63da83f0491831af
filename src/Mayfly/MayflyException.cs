namespace Mayfly;

/// <summary>
/// An error with a stable code. The message says what failed, with which value, the likely cause and the remedy, and
/// the end of the guest's console where a guest died.
/// </summary>
public class MayflyException : Exception
{
    /// <summary>Creates the error; the code leads the message.</summary>
    public MayflyException(string code, string message, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
    }

    /// <summary>The stable code, such as <c>MAY2001</c>. The table is in src/README.md.</summary>
    public string Code { get; }
}
