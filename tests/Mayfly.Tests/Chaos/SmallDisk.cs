using System.Diagnostics;

namespace Mayfly.Tests.Chaos;

/// <summary>A file system of its own with little room.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _point = System.IO.Directory.CreateTempSubdirectory("mft-").FullName;

    /// <param name="room">Options of tmpfs, such as <c>size=64k</c> or <c>nr_inodes=5</c>.</param>
    public SmallDisk(string room) => Run("mount", "-t", "tmpfs", "-o", $"{room},mode=700", "none", _point);

    public string Directory => _point;

    public void Dispose()
    {
        Run("umount", _point);
        System.IO.Directory.Delete(_point);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
