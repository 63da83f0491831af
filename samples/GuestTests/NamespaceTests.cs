namespace GuestTests;

/// <summary>A thread may leave the namespaces of the machine, here without a word to any container runtime.</summary>
[Trait("Category", "MicroVM")]
public sealed class NamespaceTests
{
    private const string HostName = "/proc/sys/kernel/hostname";

    [GuestFact]
    public void AThreadOfItsOwnNamespaceHasAHostNameOfItsOwn()
    {
        var before = File.ReadAllText(HostName);

        var within = InAThread(() =>
        {
            Native.Unshare(Native.NewHostName);
            Native.SetHostName("unshared");
            return File.ReadAllText(HostName);
        });

        Assert.Equal("unshared\n", within);
        Assert.Equal(before, File.ReadAllText(HostName));
    }

    [GuestFact]
    public void AMountInANamespaceOfItsOwnIsSeenByNobodyElse()
    {
        Directory.CreateDirectory("/veiled");

        var within = InAThread(() =>
        {
            Native.Unshare(Native.NewMounts);
            Native.MakeMountsPrivate();
            Native.MountTmpfs("/veiled");
            File.WriteAllText("/veiled/file", "");
            return File.ReadAllText("/proc/thread-self/mounts");
        });

        Assert.Contains(" /veiled ", within, StringComparison.Ordinal);
        Assert.False(File.Exists("/veiled/file"));
    }

    [GuestFact]
    public void TheMachineMayBeRenamed()
    {
        Native.SetHostName("renamed");
        Assert.Equal("renamed", Environment.MachineName);
    }

    [GuestFact]
    public void TheNeighbourHasItsOwnName() => Assert.DoesNotContain("renamed", Environment.MachineName, StringComparison.Ordinal);

    private static string InAThread(Func<string> body)
    {
        var result = "";
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            failure = Record.Exception(() => result = body());
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        return result;
    }
}
