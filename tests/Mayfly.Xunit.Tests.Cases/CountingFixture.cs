namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture that counts its starts.</summary>
public sealed class CountingFixture : SandboxFixture
{
    private static int _starts;

    public static int Starts => _starts;

    public static void Reset() => _starts = 0;

    protected override SandboxOptions Configure(SandboxOptions options)
    {
        Interlocked.Increment(ref _starts);
        return options with { QemuPath = AbsentMonitorFixture.Path };
    }
}
