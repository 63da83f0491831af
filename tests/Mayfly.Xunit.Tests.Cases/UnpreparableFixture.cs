namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture whose preparation fails.</summary>
public sealed class UnpreparableFixture : SandboxFixture
{
    protected override async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        Witness.Saw(sandbox);
        (await sandbox.ShellAsync("echo no such thing >&2; exit 9", cancellationToken: cancellationToken)).EnsureSuccess();
    }
}
