namespace SandboxTests;

/// <summary>Lets a test say in one line that a command must succeed.</summary>
internal static class Succeeding
{
    /// <summary>The result, where the command returned zero.</summary>
    /// <exception cref="ExecException">It ended in any other way; the message has its output.</exception>
    public static async Task<ExecResult> Succeeds(this Task<ExecResult> command) => (await command).EnsureSuccess();
}
