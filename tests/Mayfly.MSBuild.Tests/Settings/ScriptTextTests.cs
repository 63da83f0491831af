using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Tests.Settings;

public sealed class ScriptTextTests
{
    [Theory]
    [InlineData("make", "make")]
    [InlineData("  make", "make")]
    [InlineData("\n    set -e\n    make\n  ", "\nset -e\nmake\n")]
    [InlineData("\r\n  a\r\n\r\n    b\r\n", "\na\n\n  b\n")]
    [InlineData("\n  cat <<END\n    two\n   \n      \n  END\n", "\ncat <<END\n  two\n \n    \nEND\n")]
    [InlineData("a\n    b", "a\n    b")]
    [InlineData("\t\ta\n\t b", "\ta\n b")]
    [InlineData("\ta\n  b", "\ta\n  b")]
    [InlineData(" \n ", " \n ")]
    [InlineData("", "")]
    public void OnlyWhatAllLinesBeginWithGoes(string command, string expected) => Assert.Equal(expected, ScriptText.Of(command));
}
