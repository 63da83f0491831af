using Mayfly.Diagnostics;
using Mayfly.Native;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class RuntimeRootTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_base, recursive: true);

    [Fact]
    public void TheSessionsDirectoryIsPreferredAndTheRootIsPrivate()
    {
        var root = RuntimeRoot.Open(_base, "/nowhere");

        Assert.Equal(Path.Combine(_base, "mayfly"), root);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(root));
        Assert.Equal(root, RuntimeRoot.Open(_base, "/nowhere"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/no/such/directory")]
    public void WithoutAUsableSessionDirectoryTheTemporaryOneServes(string? session) =>
        Assert.Equal(Path.Combine(_base, $"mayfly-{FileStatus.EffectiveUserId}"), RuntimeRoot.Open(session, _base));

    [Fact]
    public void ASessionDirectoryTooLongForSocketsIsPassedOver()
    {
        var session = Path.Combine(_base, new string('x', 60));
        Directory.CreateDirectory(session);

        Assert.StartsWith(Path.Combine(_base, "mayfly-"), RuntimeRoot.Open(session, _base), StringComparison.Ordinal);
    }

    [Fact]
    public void ALinkInPlaceOfTheRootIsRefused()
    {
        var target = Path.Combine(_base, "target");
        Directory.CreateDirectory(target);
        File.CreateSymbolicLink(Path.Combine(_base, "mayfly"), target);

        AssertRefused("is not a directory");
    }

    [Fact]
    public void ARootThatOthersMayWriteToIsRefused()
    {
        var root = Path.Combine(_base, "mayfly");
        Directory.CreateDirectory(root);
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupWrite);

        AssertRefused("is writable by others");
    }

    [Fact]
    public void AFileInPlaceOfTheRootIsRefused()
    {
        File.WriteAllText(Path.Combine(_base, "mayfly"), "");

        AssertRefused("is not a directory");
    }

    [Fact]
    public void EveryRootOfThisUserThatExistsIsListed()
    {
        Assert.Empty(RuntimeRoot.Existing(_base, _base));

        var session = RuntimeRoot.Open(_base, _base);
        Assert.Equal([session], RuntimeRoot.Existing(_base, _base));
        Assert.Empty(RuntimeRoot.Existing(null, _base));

        var temporary = RuntimeRoot.Open(null, _base);
        Assert.Equal([session, temporary], RuntimeRoot.Existing(_base, _base));
        Assert.Equal([temporary], RuntimeRoot.Existing("relative", _base));
    }

    [Fact]
    public void ALinkInPlaceOfARootIsNotListed()
    {
        File.CreateSymbolicLink(Path.Combine(_base, "mayfly"), "/");

        Assert.Empty(RuntimeRoot.Existing(_base, "/nowhere"));
    }

    private void AssertRefused(string why)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => RuntimeRoot.Open(_base, "/nowhere"));
        Assert.Equal(ErrorCode.RuntimeDirectoryUnsafe, error.Code);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }
}
