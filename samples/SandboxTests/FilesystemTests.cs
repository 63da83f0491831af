namespace SandboxTests;

/// <summary>Mounting needs root, and a mistake with it can cost a disk. Here it costs a machine that is gone anyway.</summary>
[Trait("Category", "MicroVM")]
public sealed class FilesystemTests(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxFact]
    public async Task ATmpfsHidesWhatIsBelowItUntilItIsUnmounted()
    {
        await _sandbox.ShellAsync("mkdir /veiled && echo below > /veiled/file").Succeeds();

        await _sandbox.ShellAsync("mount -t tmpfs tmpfs /veiled && echo above > /veiled/file").Succeeds();
        Assert.Equal("above\n", (await _sandbox.ExecAsync(["cat", "/veiled/file"])).StandardOutput);

        await _sandbox.ExecAsync(["umount", "/veiled"]).Succeeds();
        Assert.Equal("below\n", (await _sandbox.ExecAsync(["cat", "/veiled/file"])).StandardOutput);
    }

    [SandboxFact]
    public async Task ADiskImageIsMadeFormattedMountedAndRead()
    {
        // The guest's kernel brings the loop device and the file system as modules; mount asks for them itself.
        await _sandbox.ShellAsync("modprobe loop && dd if=/dev/zero of=/disk.img bs=1M count=8 && mkdosfs /disk.img").Succeeds();

        await _sandbox.ShellAsync("mkdir /disk && mount -t vfat -o loop /disk.img /disk && echo kept > /disk/file && umount /disk").Succeeds();

        // What was written is in the image, not in the directory.
        Assert.Equal("", (await _sandbox.ExecAsync(["ls", "/disk"])).StandardOutput);
        await _sandbox.ShellAsync("mount -t vfat -o loop,ro /disk.img /disk").Succeeds();
        Assert.Equal("kept\n", (await _sandbox.ExecAsync(["cat", "/disk/file"])).StandardOutput);

        var refused = await _sandbox.ShellAsync("echo more > /disk/file");
        Assert.Contains("Read-only file system", refused.StandardError, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task AFullDiskFailsTheWriterAndLeavesTheMachineWorking()
    {
        await _sandbox.ShellAsync("mkdir /small && mount -t tmpfs -o size=4m tmpfs /small").Succeeds();

        var writer = await _sandbox.ShellAsync("cat /dev/zero > /small/everything");

        Assert.Equal(1, writer.ExitCode);
        Assert.Contains("No space left on device", writer.StandardError, StringComparison.Ordinal);
        var written = await _sandbox.ExecAsync(["stat", "-c", "%s", "/small/everything"]).Succeeds();
        Assert.Equal("4194304\n", written.StandardOutput);
        await _sandbox.ShellAsync("rm /small/everything && echo room again > /small/file").Succeeds();
    }
}
