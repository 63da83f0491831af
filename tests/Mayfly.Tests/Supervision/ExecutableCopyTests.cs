using System.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class ExecutableCopyTests : IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mf-copy-");
    private readonly CacheDirectory _cache;
    private readonly string _unpacked;

    public ExecutableCopyTests()
    {
        _cache = CacheDirectory.Open(Path.Combine(_root.FullName, "cache"));
        _unpacked = Path.Combine(_root.FullName, AgentBinary.FileName);
        File.Copy("/bin/true", _unpacked);
        File.SetUnixFileMode(_unpacked, ReadOnly);
    }

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void AProgramThatMayBeExecutedIsUsedAsItIs()
    {
        File.SetUnixFileMode(_unpacked, ReadOnly | UnixFileMode.UserExecute);

        Assert.Equal(_unpacked, ExecutableCopy.Of(_unpacked));
    }

    [Fact]
    public void AProgramThatMayNotBeExecutedRunsFromACopyOfTheUsersOwn()
    {
        var copy = ExecutableCopy.Of(_unpacked, _cache);

        Assert.StartsWith(_cache.Path, copy, StringComparison.Ordinal);
        Assert.Equal(AgentBinary.FileName, Path.GetFileName(copy));
        Assert.Equal(0, ExitCodeOf(copy));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(copy) & ~(ReadOnly | UnixFileMode.UserExecute));
        Assert.Equal(ReadOnly, File.GetUnixFileMode(_unpacked));
    }

    [Fact]
    public void TheCopyIsMadeOnce()
    {
        var first = FileIdentity.Of(ExecutableCopy.Of(_unpacked, _cache));

        Assert.Equal(first, FileIdentity.Of(ExecutableCopy.Of(_unpacked, _cache)));
    }

    [Fact]
    public void AnotherContentIsAnotherCopy()
    {
        var copy = ExecutableCopy.Of(_unpacked, _cache);
        File.Copy("/bin/false", _unpacked, overwrite: true);
        File.SetUnixFileMode(_unpacked, ReadOnly);

        Assert.NotEqual(copy, ExecutableCopy.Of(_unpacked, _cache));
        Assert.Equal(0, ExitCodeOf(copy));
    }

    [Theory]
    [InlineData("cut short")]
    [InlineData("written by others")]
    [InlineData("a link")]
    public void ACopyThatIsNotWhatItShouldBeIsReplaced(string what)
    {
        var copy = ExecutableCopy.Of(_unpacked, _cache);
        switch (what)
        {
            case "cut short":
                using (var file = new FileStream(copy, FileMode.Open))
                {
                    file.SetLength(100);
                }

                break;
            case "written by others":
                File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | UnixFileMode.OtherWrite);
                break;
            default:
                File.Delete(copy);
                File.CreateSymbolicLink(copy, "/bin/true");
                break;
        }

        Assert.Equal(copy, ExecutableCopy.Of(_unpacked, _cache));
        Assert.Null(new FileInfo(copy).LinkTarget);
        Assert.Equal(0, ExitCodeOf(copy));
        Assert.Equal(File.ReadAllBytes(_unpacked), File.ReadAllBytes(copy));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(copy) & UnixFileMode.OtherWrite);
    }

    [Fact]
    public void WhatAKilledMakerLeftAndWhatNobodyUsesAnyMoreGoes()
    {
        var agents = Path.GetDirectoryName(Path.GetDirectoryName(ExecutableCopy.Of(_unpacked, _cache)))!;
        var old = Directory.CreateDirectory(Path.Combine(agents, "old"));
        var young = Directory.CreateDirectory(Path.Combine(agents, "young"));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        old.LastWriteTimeUtc = now.AddDays(-31);
        var copy = ExecutableCopy.Of(_unpacked, _cache);
        var draft = Path.Combine(Path.GetDirectoryName(copy)!, "half");
        File.WriteAllText(draft, "");
        File.SetLastWriteTimeUtc(draft, now.AddHours(-2));
        File.Delete(copy);

        ExecutableCopy.Of(_unpacked, _cache);

        Assert.False(File.Exists(draft));
        Assert.False(Directory.Exists(old.FullName));
        Assert.True(Directory.Exists(young.FullName));
    }

    private static int ExitCodeOf(string program)
    {
        using var process = Process.Start(program);
        process.WaitForExit();
        return process.ExitCode;
    }
}
