namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture that counts its preparations.</summary>
public class PreparedOnceFixture : SandboxFixture
{
    private static int _preparations;

    public static int Preparations => _preparations;

    public static void Reset() => _preparations = 0;

    protected override async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _preparations);
        (await sandbox.ShellAsync("echo prepared > /prepared", cancellationToken: cancellationToken)).EnsureSuccess();
    }
}
