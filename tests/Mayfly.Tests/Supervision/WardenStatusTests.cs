using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class WardenStatusTests
{
    [Fact]
    public void EveryLineOfAWardenIsUnderstood()
    {
        Assert.Equal(new WardenStatus(WardenStatusKind.Ready), WardenStatus.Parse("ready"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Full), WardenStatus.Parse("full"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Starved), WardenStatus.Parse("starved"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Expired), WardenStatus.Parse("expired"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Removed), WardenStatus.Parse("removed"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Taken, Text: "one"), WardenStatus.Parse("taken one"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Started, 4711), WardenStatus.Parse("started 4711"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Exited, 3), WardenStatus.Parse("exited 3"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Signalled, 9), WardenStatus.Parse("signalled 9"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Failed, Text: "no such file: x"), WardenStatus.Parse("failed no such file: x"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Denied, Text: "tap x: no"), WardenStatus.Parse("denied tap x: no"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Note, Text: "no limit"), WardenStatus.Parse("note no limit"));
        Assert.Equal(new WardenStatus(WardenStatusKind.Left, Text: "tap x"), WardenStatus.Parse("left tap x"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("started")]
    [InlineData("started x")]
    [InlineData("started -1")]
    [InlineData("exited 99999999999")]
    [InlineData("hello world")]
    [InlineData("ready now")]
    [InlineData("failed")]
    public void AnythingElseIsPassedOver(string line) => Assert.Null(WardenStatus.Parse(line));

    [Fact]
    public void ALineWithoutEndIsPassedOver() =>
        Assert.Null(WardenStatus.Parse("failed " + new string('x', WardenStatus.MaxLineChars)));
}
