namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture whose machines are all booted.</summary>
public sealed class ColdPreparedFixture : PreparedOnceFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) => base.Configure(options) with { Cold = true };
}
