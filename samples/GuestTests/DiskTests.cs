namespace GuestTests;

/// <summary>A disk that is full concerns every program of a machine.</summary>
[Trait("Category", "MicroVM")]
public sealed class DiskTests
{
    private const int NoSpaceLeft = 28; // ENOSPC

    [GuestFact]
    public void AFullDiskIsReported()
    {
        Native.OnlyInAGuest();
        using var file = new FileStream("/full", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[1024 * 1024];

        var failure = Assert.Throws<IOException>(Fill);

        Assert.Equal(NoSpaceLeft, failure.HResult);
        Assert.Throws<IOException>(() => File.WriteAllText("/another", "not even this"));

        void Fill()
        {
            while (true)
            {
                file.Write(block);
            }
        }
    }

    [GuestFact]
    public void TheNeighbourHasRoom()
    {
        File.WriteAllText("/file", "enough for this");
        Assert.False(File.Exists("/full"));
    }
}
