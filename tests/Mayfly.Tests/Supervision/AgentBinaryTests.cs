using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

public sealed class AgentBinaryTests
{
    [Fact]
    public void AnAbsentAgentIsAnErrorThatNamesTheSetUp()
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => AgentBinary.Locate(null, "/nowhere"));

        Assert.Equal(ErrorCode.AgentMissing, error.Code);
        Assert.Contains("build/setup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANamedAgentThatIsAbsentIsAnErrorThatNamesTheVariable()
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => AgentBinary.Locate("/nowhere/agent", "/nowhere"));

        Assert.Contains(AgentBinary.EnvironmentVariable, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("app", "app/mayfly-agent")]
    [InlineData("app", "app/runtimes/linux-x64/native/mayfly-agent")]
    [InlineData("package/lib/net10.0", "package/runtimes/linux-x64/native/mayfly-agent")]
    public void TheAgentIsFoundWhereNuGetPutsIt(string library, string agent)
    {
        var root = Directory.CreateTempSubdirectory("mf-agent-");
        try
        {
            var path = Path.Combine(root.FullName, agent);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            Directory.CreateDirectory(Path.Combine(root.FullName, library));
            File.WriteAllText(path, "");

            Assert.Equal(path, AgentBinary.Locate(null, Path.Combine(root.FullName, library)));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }
}
