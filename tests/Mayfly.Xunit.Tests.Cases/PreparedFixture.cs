namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture that prepares its machine.</summary>
public class PreparedFixture : SandboxFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) => options with { Memory = ByteSize.MiB(256) };

    protected override async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken) =>
        (await sandbox.ShellAsync("echo prepared > /prepared", cancellationToken: cancellationToken)).EnsureSuccess();
}
