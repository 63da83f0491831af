using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class WardenStatusTests
{
    [Fact]
    public void EachLineOfTheContractIsRead()
    {
        Assert.Equal(new WardenStatus(StartedPid: 42), WardenStatus.Parse("started 42"));
        Assert.Equal(new WardenStatus(End: new WardenEnd(WardenEndKind.Exited, 3)), WardenStatus.Parse("exited 3"));
        Assert.Equal(new WardenStatus(End: new WardenEnd(WardenEndKind.Signalled, 9)), WardenStatus.Parse("signalled 9"));
        Assert.Equal(new WardenStatus(Failure: "no such file"), WardenStatus.Parse("failed no such file"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("started")]
    [InlineData("started -1")]
    [InlineData("started 99999999999999")]
    [InlineData("exited zero")]
    [InlineData("something 1")]
    public void OtherLinesAreNothing(string line) => Assert.Null(WardenStatus.Parse(line));
}
