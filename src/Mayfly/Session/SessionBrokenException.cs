namespace Mayfly.Session;

/// <summary>The conversation ended before the operation did. The sandbox turns it into the guest's end.</summary>
internal sealed class SessionBrokenException(string message, Exception? innerException = null)
    : IOException(message, innerException);
