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
}
