namespace Mayfly.Xunit.Tests.Cases;

/// <summary>A fixture on a host without a hypervisor.</summary>
public sealed class AbsentMonitorFixture : SandboxFixture
{
    public const string Path = "qemu-that-is-absent";

    protected override SandboxLifetime Lifetime => SandboxLifetime.PerClass;

    protected override SandboxOptions Configure(SandboxOptions options) => options with { QemuPath = Path };
}
