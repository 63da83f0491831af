using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

public sealed class MessagesTests
{
    [Fact]
    public void FurtherLinesCanNotPassForMessages() =>
        Assert.Equal("mayfly: first\n  mayfly: forged\n", Messages.Format("first\nmayfly: forged\n"));

    [Fact]
    public void EscapeSequencesAreLeftOut() =>
        Assert.Equal("mayfly: ab\uFFFDc\td\n", Messages.Format("a\e[2Jb\u009bc\td"));

    [Fact]
    public void NoLineIsACommandToACiSystem() =>
        Assert.Equal("mayfly: # #vso[x]\n  : :error::x\n  : :warning::y\n", Messages.Format("##vso[x]\n::error::x\r::warning::y"));

    [Fact]
    public void ACarriageReturnStartsANewIndentedLine() =>
        Assert.Equal("mayfly: real\n  forged\n", Messages.Format("real\rforged"));
}
