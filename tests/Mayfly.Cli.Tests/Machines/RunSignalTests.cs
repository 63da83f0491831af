using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>What signals to the command, and closed streams, do.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunSignalTests(CommandHost host)
{
    private const string Stubborn = "trap 'echo trapped' INT; trap '' TERM; echo ready; while :; do sleep 1; done";

    [Fact]
    public async Task AnInterruptIsTheGuestCommandsOwn()
    {
        await using var process = host.Start("run", "--timeout", "none", "--", "sh", "-c", "trap 'echo trapped; exit 7' INT; echo ready; while :; do sleep 1; done");
        await process.Output.UntilAsync("ready");
        process.Signal(Libc.Interrupt);

        Assert.Equal("ready\ntrapped\n", (await process.EndAsync()).Expect(7).Output);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task ACommandThatDiesOfTheInterruptEndsAsInAShell()
    {
        await using var process = host.Start("run", "--quiet", "--timeout", "none", "--", "sh", "-c", "echo ready; exec sleep 600");
        await process.Output.UntilAsync("ready");
        process.Signal(Libc.Interrupt);

        Assert.Equal("", (await process.EndAsync()).Expect(130).Error);
    }

    [Fact]
    public async Task TheSecondInterruptGivesUp()
    {
        await using var process = host.Start("run", "--timeout", "none", "--", "sh", "-c", Stubborn);
        await process.Output.UntilAsync("ready");
        process.Signal(Libc.Interrupt);
        await process.Output.UntilAsync("trapped");
        process.Signal(Libc.Interrupt);

        (await process.EndAsync()).Expect(130);
        host.AssertNothingLeft();
    }

    [Theory]
    [InlineData(Libc.Terminate, 143)]
    [InlineData(Libc.Hangup, 129)]
    public async Task OtherSignalsTearDownAtOnce(int signal, int exitCode)
    {
        await using var process = host.Start("run", "--timeout", "none", "--", "sh", "-c", Stubborn);
        await process.Output.UntilAsync("ready");
        process.Signal(signal);

        (await process.EndAsync()).Expect(exitCode);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task ASignalWhileTheMachineComesUpGivesUp()
    {
        // Its first process waits for a console that nobody types on: a machine that comes up could be done before the signal.
        await using var process = host.Start("run", "--cold", "--append", "rdinit=/bin/cat", "--", "true");
        await host.UntilSandboxExistsAsync();
        process.Signal(Libc.Interrupt);

        (await process.EndAsync()).Expect(130);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AReaderThatHasEnoughEndsTheCommandQuietly()
    {
        var script = $"'{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' run --quiet --timeout none -- yes | head -n 1";
        await using var process = MayflyProcess.StartProgram(host.RuntimeDirectory, "/bin/bash", ["-c", $"set -o pipefail; {script}"]);

        var result = (await process.EndWithoutInputAsync()).Expect(141);

        Assert.Equal(("y\n", ""), (result.Output, result.Error));
        host.AssertNothingLeft();
    }
}
