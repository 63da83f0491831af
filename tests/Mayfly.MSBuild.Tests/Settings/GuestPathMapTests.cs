using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class GuestPathMapTests
{
    [Theory]
    [InlineData("/work/src/a.y", "/home/app/src/a.y")]
    [InlineData("src/a.y", "/home/app/sub/src/a.y")]
    [InlineData("../a.y", "/home/app/a.y")]
    [InlineData("./x//./a.y", "/home/app/sub/x/a.y")]
    [InlineData("/work", "/home/app")]
    [InlineData("/work/shared/b.csv", "/home/shared/b.csv")]
    [InlineData("../shared/c.csv", "/home/app/shared/c.csv")]
    [InlineData("/data/tables/deep/d.csv", "/home/tables/deep/d.csv")]
    [InlineData("/out/gen/e.cs", "/home/app/obj/gen/e.cs")]
    public void AFileThatHasAPlaceOnTheHostIsNamedByIt(string guest, string host) => Assert.Equal(host, Map(guest));

    [Theory]
    [InlineData("/usr/include/stdio.h")]
    [InlineData("/workshop/a.y")]
    [InlineData("/work/../etc/passwd")]
    [InlineData("../../etc/passwd")]
    [InlineData("../../../../../../etc/passwd")]
    [InlineData("/data/tables/../../etc/passwd")]
    [InlineData("src/../../../home/app/x")]
    public void AnyOtherStaysAsItIsWritten(string guest) => Assert.Equal(guest, Map(guest));

    [Fact]
    public void DotsNeverLeadOutOfAFolderTheyWereMappedInto() =>
        Assert.Equal("/home/app/etc/passwd", Map("/data/tables/../../work/etc/passwd"));

    private static string Map(string path) => new GuestPathMap(
        "/home/app",
        [("/work/shared/b.csv", "/home/shared/b.csv"), ("/data/tables", "/home/tables"), ("/out/gen", "/home/app/obj/gen")],
        "/work/sub").Map(path);
}
