namespace GuestTests;

/// <summary>Mounting needs root, and a mistake with it can cost a disk.</summary>
[Trait("Category", "MicroVM")]
public sealed class MountTests
{
    private const string Folder = "/veiled";
    private const string Below = Folder + "/file";

    public MountTests()
    {
        Native.OnlyInAGuest();
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Below, "below");
    }

    [GuestFact]
    public void ATmpfsHidesWhatIsBelowItUntilItIsUnmounted()
    {
        Native.MountTmpfs(Folder);
        Assert.False(File.Exists(Below));

        Native.Unmount(Folder);
        Assert.Equal("below", File.ReadAllText(Below));
    }

    [GuestFact]
    public void AMountMayBeLeftBehind() => Native.MountTmpfs(Folder);

    [GuestFact]
    public void TheNeighbourHasNoMount() => Assert.DoesNotContain(Folder, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
}
