using System.Diagnostics;

namespace Mayfly.Benchmarks;

/// <summary>
/// Boots the minimal kernel as sandboxes do, by each way in, with a disk and a network card, and tries what guests rely on. Not a
/// test: the kernel is there only where somebody has built it, and a test that is skipped proves nothing.
/// </summary>
internal static class KernelCheck
{
    private static readonly (string What, string Script)[] _checks =
    [
        ("what the image's modules do is built in", "for m in erofs overlay squashfs fuse virtiofs vfat loop tun veth bridge binfmt_misc af_packet; do modprobe $m || exit 1; done"),
        ("the disk and ext4", "mkdir /tmp/d && mount -t ext4 /dev/vda /tmp/d && echo x > /tmp/d/f && sync && umount /tmp/d"),
        ("loop devices", "cp /dev/vda /tmp/e && mkdir /tmp/m && mount -t ext4 -o loop /tmp/e /tmp/m && [ $(cat /tmp/m/f) = x ] && umount /tmp/m"),
        ("overlayfs on tmpfs", "cd /tmp && mkdir -p l u w o && mount -t tmpfs t u && mkdir u/u u/w && echo a > l/a && mount -t overlay -o lowerdir=l,upperdir=u/u,workdir=u/w o o && echo b > o/a && [ $(cat l/a) = a ] && umount o u"),
        ("control groups", "for c in cpu memory pids cpuset; do grep -qw $c /sys/fs/cgroup/cgroup.controllers || exit 1; done; [ -e /sys/fs/cgroup/mayfly/cgroup.kill ] && [ -e /sys/fs/cgroup/mayfly/cgroup.freeze ]"),
        ("namespaces", "unshare -m -u -i -n -p -f -U true"),
        ("randomness without waiting", "head -c 1000000 /dev/urandom | wc -c | grep -qx 1000000"),
        ("IPv4 and IPv6 on lo", "ping -c 1 -W 5 127.0.0.1 >/dev/null && ping -c 1 -W 5 ::1 >/dev/null"),
        ("the network card", "ip addr show eth0 | grep -q 10.0.2.15"),
        ("the clock", "[ $(date +%s) -gt 1700000000 ]"),
        ("the console", "echo word > /dev/console"),
    ];

    public static async Task<int> RunAsync()
    {
        var disk = Path.GetTempFileName();
        var failures = 0;
        try
        {
            using (var maker = Process.Start("mkfs.ext4", ["-q", "-F", disk, "8M"]))
            {
                await maker.WaitForExitAsync();
            }

            foreach (var (transport, cpus) in new[] { (SandboxTransport.Vsock, 1), (SandboxTransport.Serial, 1), (SandboxTransport.Vsock, 2) })
            {
                failures += await RunAsync(transport, cpus, disk);
            }
        }
        finally
        {
            File.Delete(disk);
        }

        Console.WriteLine(failures == 0 ? "all as it should be" : $"{failures} failed");
        return failures == 0 ? 0 : 1;
    }

    private static async Task<int> RunAsync(SandboxTransport transport, int cpus, string disk)
    {
        var failures = 0;
        await using var sandbox = await Sandbox.StartAsync(SandboxOptions.FromEnvironment() with
        {
            Kernel = SandboxKernel.Minimal,
            Cold = true,
            Transport = transport,
            Cpus = cpus,
            Network = SandboxNetwork.User(),
            Disks = [new SandboxDisk { Path = disk }],
        });
        Console.WriteLine($"Linux {sandbox.Guest.KernelRelease}, {transport}, {cpus} cpu:");
        Say("no warnings", sandbox.Guest.Warnings.Count == 0, string.Join("; ", sandbox.Guest.Warnings));
        foreach (var (what, script) in _checks)
        {
            var result = await sandbox.ShellAsync(script);
            Say(what, result.ExitCode == 0, $"{result.StandardOutput}{result.StandardError}".Trim());
        }

        var limited = await sandbox.ExecAsync(["sh", "-c", "head -c 100000000 /dev/zero > /tmp/big"], new ExecOptions { Memory = ByteSize.MiB(32) });
        Say("a limit of memory", limited.End.Kind == ExecEndKind.OutOfMemory, $"{limited.End}");
        return failures;

        void Say(string what, bool isFine, string details)
        {
            failures += isFine ? 0 : 1;
            Console.WriteLine(isFine ? $"  ok      {what}" : $"  FAILED  {what}: {details}");
        }
    }
}
