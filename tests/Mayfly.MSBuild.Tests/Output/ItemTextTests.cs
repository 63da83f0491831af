using Mayfly.MSBuild.Output;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Output;

public sealed class ItemTextTests
{
    [Theory]
    [InlineData("a;b")]
    [InlineData("$(Secret) @(Compile) **/*.cs 100% 'x' ?")]
    [InlineData("plain")]
    public void ALineComesBackFromAnItemAsItWas(string line) =>
        Assert.Equal(line, new TaskItem(ItemText.Escape(line)).ItemSpec);

    [Fact]
    public void NothingThatMSBuildReadsIsLeft() =>
        Assert.Equal("%24%28x%29%40%28y%29%2a%3f%3b%25%27", ItemText.Escape("$(x)@(y)*?;%'"));
}
