using Mayfly.MSBuild.Output;

namespace Mayfly.MSBuild.Tests.Output;

public sealed class CommandFailureTests
{
    [Theory]
    [InlineData("sh lint.sh", "sh lint.sh")]
    [InlineData("\n  sh lint.sh  \n\n", "sh lint.sh")]
    [InlineData("\nset -e\nmake\n", "set -e ...")]
    public void TheFirstLineStandsForTheCommand(string command, string expected) => Assert.Equal(expected, CommandFailure.FirstLine(command));

    [Fact]
    public void ALongLineIsCutBetweenWordsWhereItHasSome()
    {
        var words = string.Join(' ', Enumerable.Repeat("word", 100));

        var cut = CommandFailure.FirstLine(words);

        Assert.EndsWith(" word ...", cut, StringComparison.Ordinal);
        Assert.InRange(cut.Length, 100, 124);
        Assert.Equal(new string('x', 120) + " ...", CommandFailure.FirstLine(new string('x', 200)));
    }
}
