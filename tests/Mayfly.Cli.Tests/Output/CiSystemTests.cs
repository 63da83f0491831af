using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

public sealed class CiSystemTests
{
    [Theory]
    [InlineData("TF_BUILD", "True", true)]
    [InlineData("GITHUB_ACTIONS", "true", true)]
    [InlineData("GITLAB_CI", "true", true)]
    [InlineData("TEAMCITY_VERSION", "2025.07", true)]
    [InlineData("CI", "1", true)]
    [InlineData("CI", "False", false)]
    [InlineData("CI", "", false)]
    [InlineData("PATH", "/bin", false)]
    public void ItsVariablesTell(string name, string value, bool isPresent) =>
        Assert.Equal(isPresent, CiSystem.IsPresent(asked => asked == name ? value : null));
}
