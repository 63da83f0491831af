using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

public sealed class MessagesTests
{
    [Fact]
    public void FurtherLinesCanNotPassForMessages() =>
        Assert.Equal("mayfly: first\n  mayfly: forged\n", Messages.Format("first\nmayfly: forged\n"));

    [Fact]
    public void EscapeSequencesLoseTheirEscape() =>
        Assert.Equal("mayfly: a\uFFFD[2Jb\uFFFDc\td\n", Messages.Format("a\e[2Jb\u009bc\td"));

    [Fact]
    public void ACarriageReturnStartsANewIndentedLine() =>
        Assert.Equal("mayfly: real\n  forged\n", Messages.Format("real\rforged"));
}
