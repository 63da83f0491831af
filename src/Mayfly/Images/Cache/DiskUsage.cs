namespace Mayfly.Images.Cache;

/// <summary>What files occupy on their disk, which for sparse ones is less than their length.</summary>
internal static class DiskUsage
{
    private const int BlockBytes = 512;

    /// <summary>The sum over a folder and all below it, links not followed; what vanishes meanwhile counts nothing.</summary>
    public static long Of(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
                .Where(file => file.LinkTarget is null)
                .Sum(file => Libc.TryStat(file.FullName, out var stat) ? stat.Blocks * BlockBytes : 0);
        }
        catch (DirectoryNotFoundException)
        {
            return 0;
        }
    }
}
