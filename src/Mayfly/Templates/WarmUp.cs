using Mayfly.Diagnostics;

namespace Mayfly.Templates;

/// <summary>
/// What a machine does before it is frozen or put into a pool, so that it need not be done for the first time when somebody
/// waits: files are in the guest's cache, its agent has been through its own paths, and where processors are emulated, the
/// code is translated, which is a monitor's own and in no template.
/// </summary>
internal static class WarmUp
{
    private const int Rounds = 3;

    /// <summary>Runs a command that does nothing, a few times.</summary>
    /// <exception cref="SandboxImageException">MAY5005: the guest does not run it.</exception>
    public static async Task RunAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var result = await sandbox.ExecAsync(["true"], cancellationToken: cancellationToken).ConfigureAwait(false);
            if (result.ExitCode != 0)
            {
                throw new SandboxImageException(ErrorCode.TemplateFailed, $"a machine to be cloned, or a clone, can't run a command that does nothing: {result.End}");
            }
        }
    }
}
