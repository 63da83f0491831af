namespace SandboxTests;

/// <summary>Each test gets a machine of its own, in which a disk image with a FAT file system and a file in it is ready.</summary>
public sealed class FormattedDiskFixture : SandboxFixture
{
    protected override SandboxOptions Configure(SandboxOptions options) => options with { Memory = ByteSize.MiB(256) };

    protected override Task PrepareAsync(Sandbox sandbox, CancellationToken cancellationToken) =>
        sandbox.ShellAsync(
            """
            set -e
            modprobe loop
            dd if=/dev/zero of=/disk.img bs=1M count=8
            mkdosfs /disk.img
            mkdir /disk
            mount -t vfat -o loop /disk.img /disk
            echo precious > /disk/file
            umount /disk
            """,
            cancellationToken: cancellationToken).Succeeds();
}
