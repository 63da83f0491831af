using Mayfly.Diagnostics;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>What is taken for ours and what is not.</summary>
public sealed class ScopeTests
{
    private static readonly InventoryScope s_scope = new(["/run/user/7/mayfly"], "/home/u/.cache/mayfly");

    [Theory]
    [InlineData("/run/user/7/mayfly/abcdefghij/qmp.sock", true)]
    [InlineData("/run/user/7/mayfly/anything", true)]
    [InlineData("/run/user/7/mayfly", false)]
    [InlineData("/run/user/7/mayfly-other/anything", false)]
    [InlineData("/tmp/mayfly-1000/abcdefghij", true)]
    [InlineData("/elsewhere/mayfly/abcdefgh27/lock", true)]
    [InlineData("/elsewhere/mayfly/abcdefghi/lock", false)]
    [InlineData("/elsewhere/mayfly/abcdefghijk/lock", false)]
    [InlineData("/elsewhere/mayfly/abcdefgh01/lock", false)]
    [InlineData("/elsewhere/mayfly/kvm-6d55712f5c/lock", true)]
    [InlineData("mayfly/abcdefghij", false)]
    public void AnythingBelowARuntimeDirectoryIsInASandbox(string path, bool isInSandbox) =>
        Assert.Equal(isInSandbox, s_scope.IsInSandbox(path));

    [Theory]
    [InlineData("/run/user/7/mayfly/abcdefghij/disk.img (deleted)", true)]
    [InlineData("/home/u/.cache/mayfly/images/x (deleted)", true)]
    [InlineData("/home/u/.cache/mayfly/images/x", true)]
    [InlineData("/home/u/disk.img", false)]
    [InlineData("(deleted)", false)]
    public void ALoopDeviceIsOursByItsFileAlsoWhereThatIsDeleted(string backingFile, bool isOurs) =>
        Assert.Equal(isOurs, LoopDeviceFinder.IsOurs(s_scope, backingFile));

    [Theory]
    [InlineData("monitor", "/usr/bin/qemu-system-x86_64", "qemu-system-x86_64 -name mayfly-abcdefghij,process=qemu-abcdefghij")]
    [InlineData("monitor", "/usr/bin/qemu-system-x86_64", "anything -qmp unix:/run/user/7/mayfly/abcdefghij/qmp.sock")]
    [InlineData(null, "/usr/bin/qemu-system-x86_64", "qemu-system-x86_64 -name another -m 512")]
    [InlineData(null, "/usr/bin/vim", "vim /run/user/7/mayfly/abcdefghij/console.log -name mayfly-abcdefghij")]
    [InlineData("agent", "/opt/mayfly-agent (deleted)", "x warden /run/user/7/mayfly abcdefghij")]
    [InlineData("agent", null, "/opt/mayfly-agent reap")]
    [InlineData(null, "/usr/bin/grep", "grep mayfly-agent")]
    [InlineData("image building by dpkg-deb", "/usr/bin/dpkg-deb", "dpkg-deb -x a.deb /home/u/.cache/mayfly/tmp/abc")]
    [InlineData("image building by tar", "/usr/bin/tar", "tar -x -f - -C /home/u/.cache/mayfly/tmp/abc")]
    [InlineData(null, "/usr/bin/dpkg-deb", "dpkg-deb -x a.deb /home/u/work")]
    [InlineData(null, "/usr/bin/vim", "vim /home/u/.cache/mayfly/current.json")]
    public void AProcessIsToldByProgramAndArguments(string? role, string? program, string commandLine) =>
        Assert.Equal(role, ProcessRole.Of(s_scope, new ProcessStat("name", 'S', 1), program, commandLine.Split(' ')));

    [Theory]
    [InlineData("qemu-abcdefghij", "zombie of a monitor")]
    [InlineData("qemu-kvm-6d5571", "zombie of a monitor")]
    [InlineData("mayfly-agent", "zombie of the agent")]
    [InlineData("qemu-system-x86", null)]
    [InlineData("sh", null)]
    public void AZombieIsToldByItsNameAlone(string name, string? role) =>
        Assert.Equal(role, ProcessRole.Of(s_scope, new ProcessStat(name, 'Z', 1), null, []));

    [Fact]
    public void AKernelThreadIsNobodys() => Assert.Null(ProcessRole.Of(s_scope, new ProcessStat("mayfly-agent", 'I', 1), null, []));
}
