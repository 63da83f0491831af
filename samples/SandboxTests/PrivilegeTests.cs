namespace SandboxTests;

/// <summary>
/// Commands are root unless told otherwise, so that what an unprivileged user may not do can be tested. These tests leave
/// nothing behind that could mislead one another, so they share a machine.
/// </summary>
[Trait("Category", "MicroVM")]
public sealed class PrivilegeTests(SharedFixture fixture) : IClassFixture<SharedFixture>
{
    private static readonly ExecOptions AsNobody = new() { User = "nobody", WorkingDirectory = "/" };

    private readonly Sandbox _sandbox = fixture.Sandbox;

    [SandboxFact]
    public async Task OnlyRootReadsTheShadowFile()
    {
        Assert.Contains("root:", (await _sandbox.ExecAsync(["cat", "/etc/shadow"]).Succeeds()).StandardOutput, StringComparison.Ordinal);

        var nobody = await _sandbox.ExecAsync(["cat", "/etc/shadow"], AsNobody);
        Assert.Equal(1, nobody.ExitCode);
        Assert.Empty(nobody.StandardOutput);
        Assert.Contains("Permission denied", nobody.StandardError, StringComparison.Ordinal);
    }

    [SandboxFact]
    public async Task NobodyCanNeitherMountNorSetTheClockNorBecomeRoot()
    {
        var id = await _sandbox.ExecAsync(["id", "-u"], AsNobody).Succeeds();
        Assert.NotEqual("0", id.StandardOutput.Trim());

        Assert.False((await _sandbox.ExecAsync(["mount", "-t", "tmpfs", "tmpfs", "/mnt"], AsNobody)).End.IsSuccess);
        Assert.False((await _sandbox.ShellAsync("kill -KILL 1", AsNobody)).End.IsSuccess);

        var date = await _sandbox.ExecAsync(["date", "-s", "2001-01-01"], AsNobody);
        Assert.Contains("Operation not permitted", date.StandardError, StringComparison.Ordinal);
    }
}
