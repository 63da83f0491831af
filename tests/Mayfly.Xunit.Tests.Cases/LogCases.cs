using Xunit.Abstractions;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Tests that fail after having used a sandbox.</summary>
public sealed class LogCases(SandboxFixture fixture, ITestOutputHelper output) : IClassFixture<SandboxFixture>
{
    [SandboxFact]
    public async Task FailsWithTheFixturesSandbox()
    {
        output.WriteLine("the test's own words");
        await fixture.Sandbox.ShellAsync("echo mayfly was here > /dev/console");
        await fixture.Sandbox.ShellAsync("echo to output; echo to error >&2; exit 3");
        var file = Path.GetTempFileName();
        try
        {
            await fixture.Sandbox.PushAsync(file, "/tmp/pushed");
            await Assert.ThrowsAsync<SandboxTransferException>(() => fixture.Sandbox.PullAsync("/absent", file));
        }
        finally
        {
            File.Delete(file);
        }

        Assert.Fail("to see the log");
    }

    [SandboxFact]
    public async Task FailsWithItsOwnSandbox()
    {
        await using var own = await Sandbox.StartAsync(fixture.Options);
        Witness.Saw(own);
        await foreach (var happening in own.StreamAsync(["echo", "streamed"]))
        {
            Assert.NotNull(happening);
        }

        await using (var command = await own.StartCommandAsync(["sh", "-c", "exit 7"]))
        {
            await command.Completion;
        }

        Assert.Fail("to see the log");
    }

    [SandboxFact]
    public async Task Passes()
    {
        Witness.Saw(fixture.Sandbox);
        (await fixture.Sandbox.ExecAsync(["true"])).EnsureSuccess();
    }
}
