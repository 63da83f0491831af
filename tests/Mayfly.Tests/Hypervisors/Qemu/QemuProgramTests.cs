using Mayfly.Diagnostics;
using Mayfly.Hypervisors.Qemu;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class QemuProgramTests
{
    [Theory]
    [InlineData("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright", "7.2.22")]
    [InlineData("QEMU emulator version 10.1.0\n", "10.1.0")]
    [InlineData("QEMU emulator version 9.0\n", "9.0")]
    public void TheVersionIsReadFromTheFirstLine(string output, string version) =>
        Assert.Equal(Version.Parse(version), QemuVersion.Parse(output));

    [Theory]
    [InlineData("")]
    [InlineData("qemu-img version 7.2.22")]
    [InlineData("QEMU emulator version unknown")]
    public void AnAnswerWithoutAVersionIsUnusable(string output) => Assert.Equal(
        ErrorCode.HypervisorUnusable,
        Assert.Throws<SandboxConfigurationException>(() => QemuProgram.Check("/usr/bin/qemu", output)).Code);

    [Fact]
    public void AnOldVersionIsUnusableAndTheMessageNamesBoth()
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => QemuProgram.Check("/usr/bin/qemu", "QEMU emulator version 5.2.0"));

        Assert.Equal(ErrorCode.HypervisorUnusable, error.Code);
        Assert.Contains("5.2.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("6.2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-qemu")]
    [InlineData("/no/such/qemu")]
    public async Task AMissingProgramIsAnErrorWithTheRemedy(string path)
    {
        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => QemuProgram.LocateAsync(path, default));

        Assert.Equal(ErrorCode.HypervisorMissing, error.Code);
        Assert.Contains("apt-get install qemu-system-x86", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/bin/echo")]
    [InlineData("/bin/cat")]
    [InlineData("/etc/passwd")]
    public async Task AProgramThatIsNotQemuIsUnusable(string path)
    {
        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => QemuProgram.LocateAsync(path, default));

        Assert.Equal(ErrorCode.HypervisorUnusable, error.Code);
    }
}
