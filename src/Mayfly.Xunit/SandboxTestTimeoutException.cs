using Mayfly.Diagnostics;

namespace Mayfly.Xunit;

/// <summary>A test passed its deadline. Code MAY3030.</summary>
/// <param name="message">What happened to the test and its sandboxes.</param>
/// <param name="innerException">What the test threw when its sandboxes were disposed of; null for nothing.</param>
public sealed class SandboxTestTimeoutException(string message, Exception? innerException = null)
    : MayflyException(ErrorCode.TestTimedOut, message, innerException);
