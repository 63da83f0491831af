namespace Mayfly;

/// <summary>Which of a command's two outputs.</summary>
public enum OutputStream
{
    /// <summary>Standard output, or the terminal.</summary>
    Output = 1,

    /// <summary>Standard error.</summary>
    Error = 2,
}
