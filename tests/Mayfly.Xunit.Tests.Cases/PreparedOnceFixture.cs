using System.Collections.Concurrent;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture that counts its preparations, and gives each sandbox a host name of its own.</summary>
public class PreparedOnceFixture : SandboxFixture
{
    private static int _preparations;
    private static int _names;

    public static int Preparations => _preparations;

    /// <summary>The host names that tests found.</summary>
    public static ConcurrentQueue<string> HostNames { get; } = new();

    public static void Reset()
    {
        _preparations = 0;
        HostNames.Clear();
    }

    protected override SandboxOptions Configure(SandboxOptions options) =>
        options with { HostName = $"prepared-{Interlocked.Increment(ref _names)}" };

    protected override async Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _preparations);
        (await sandbox.ShellAsync("echo prepared > /prepared", cancellationToken: cancellationToken)).EnsureSuccess();
    }
}
