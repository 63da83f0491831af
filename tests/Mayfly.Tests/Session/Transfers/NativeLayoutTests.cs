using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mayfly.Native;

namespace Mayfly.Tests.Session.Transfers;

public sealed class NativeLayoutTests
{
    [Fact]
    public void OpenHowHasTheKernelsLayout()
    {
        Assert.Equal(24, Unsafe.SizeOf<OpenHow>());
        Assert.Equal(8, (int)Marshal.OffsetOf<OpenHow>(nameof(OpenHow.Mode)));
        Assert.Equal(16, (int)Marshal.OffsetOf<OpenHow>(nameof(OpenHow.Resolve)));
    }

    [Fact]
    public void NodeStatusHasTheKernelsLayout()
    {
        Assert.Equal(256, Unsafe.SizeOf<NodeStatus>());
        Assert.Equal(28, (int)Marshal.OffsetOf<NodeStatus>(nameof(NodeStatus.Mode)));
        Assert.Equal(40, (int)Marshal.OffsetOf<NodeStatus>(nameof(NodeStatus.Size)));
        Assert.Equal(112, (int)Marshal.OffsetOf<NodeStatus>(nameof(NodeStatus.ModifiedSeconds)));
        Assert.Equal(120, (int)Marshal.OffsetOf<NodeStatus>(nameof(NodeStatus.ModifiedNanoseconds)));
    }

    [Fact]
    public void NodeStatusSaysWhatTheFrameworkSays()
    {
        var path = typeof(NativeLayoutTests).Assembly.Location;

        Assert.Equal(0, FileCalls.Status(FileCalls.CurrentDirectory, path, 0, NodeStatus.BasicMask, out var status));

        var file = new FileInfo(path);
        Assert.True(status.IsFile);
        Assert.Equal((ulong)file.Length, status.Size);
        Assert.Equal((int)file.UnixFileMode, status.Mode & 0xfff);
        Assert.Equal(file.LastWriteTimeUtc, DateTime.UnixEpoch.AddSeconds(status.ModifiedSeconds).AddTicks(status.ModifiedNanoseconds / 100));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADirectoryHandleOpensNothingThroughLinksOrOutside(bool useOpenAt2)
    {
        var home = Directory.CreateTempSubdirectory("mayfly-test-");
        try
        {
            Directory.CreateDirectory(Path.Combine(home.FullName, "root", "a", "b"));
            Directory.CreateSymbolicLink(Path.Combine(home.FullName, "root", "link"), "a");
            File.WriteAllText(Path.Combine(home.FullName, "root", "file"), "");
            using var root = DirectoryHandle.Open(Path.Combine(home.FullName, "root"), useOpenAt2);

            root.OpenBeneath("a/b").Dispose();
            foreach (var path in (string[])["..", "a/../..", "link", "link/b", "file", "file/x"])
            {
                Assert.True(Assert.Throws<FileCallException>(() => root.OpenBeneath(path)).IsUnsafePath, path);
            }

            Assert.False(Assert.Throws<FileCallException>(() => root.OpenBeneath("absent")).IsUnsafePath);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
