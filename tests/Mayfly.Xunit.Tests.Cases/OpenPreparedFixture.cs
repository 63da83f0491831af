namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture whose preparation leaves a command open.</summary>
public sealed class OpenPreparedFixture : PreparedOnceFixture
{
    protected override async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        await base.PrepareAsync(sandbox, cancellationToken);
        _ = await sandbox.StartCommandAsync(["sleep", "1000"], cancellationToken: cancellationToken);
    }
}
