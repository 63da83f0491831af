namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class SandboxCases(SandboxFixture fixture) : IClassFixture<SandboxFixture>
{
    [SandboxFact]
    public async Task DrivesASandbox()
    {
        Assert.False(GuestMachine.IsCurrent);
        (await fixture.Sandbox.ShellAsync("test ! -e /mine && echo > /mine")).EnsureSuccess();
    }

    [SandboxFact]
    public async Task DrivesASandboxAndFails()
    {
        (await fixture.Sandbox.ShellAsync("test ! -e /mine && echo > /mine; echo told")).EnsureSuccess();
        throw new OddException("odd with a sandbox");
    }
}
