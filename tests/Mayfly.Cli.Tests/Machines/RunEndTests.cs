using System.Diagnostics;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>Every other way to end has an exit code and a message of its own.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunEndTests(CommandHost host)
{
    [Fact]
    public async Task ATimeoutKeepsTheOutputAndEndsEveryProcess()
    {
        var begun = Stopwatch.GetTimestamp();
        var result = await host.RunAsync("run", "--timeout", "2s", "--", "sh", "-c", "echo before; sleep 600 & sleep 600");

        result.Expect(124).ExpectError("MAY3002");
        Assert.Equal("before\n", result.Output);
        Assert.Contains("timed out after 2 s", result.Error, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(300), "it waited for the command");
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AnAbsentCommandIsNotFound() =>
        (await host.RunAsync("run", "--", "no-such-command")).Expect(127).ExpectError("MAY3005");

    [Fact]
    public async Task AFileThatIsNoProgramCanNotBeStarted() =>
        (await host.RunAsync("run", "--", "/etc/passwd")).Expect(126).ExpectError("MAY3005");

    [Fact]
    public async Task AnAbsentWorkingDirectoryIsNamed()
    {
        var result = (await host.RunAsync("run", "--cwd", "/absent", "--", "true")).Expect(126).ExpectError("MAY3005");

        Assert.Contains("/absent", result.Error, StringComparison.Ordinal);
        Assert.Contains("Check --cwd", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownUserIsNamed()
    {
        var result = (await host.RunAsync("run", "--user", "nobody-here", "--", "true")).Expect(126).ExpectError("MAY3005");

        Assert.Contains("nobody-here", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASignalIsReportedAsAShellDoes() =>
        (await host.RunAsync("run", "--", "sh", "-c", "kill -9 $$")).Expect(137).ExpectError("MAY3003");

    [Fact]
    public async Task ADyingMachineIsNotTheCommandsFailure()
    {
        var result = await host.RunAsync("run", "--", "sh", "-c", "echo before; sleep 1; echo c > /proc/sysrq-trigger; sleep 600");

        result.Expect(125).ExpectError("MAY3006");
        Assert.Equal("before\n", result.Output);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task ACommandThatFillsTheMemoryIsNamedAsSuch()
    {
        var result = await host.RunAsync("run", "--cold", "--memory", "128M", "--", "sh", "-c", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done");

        result.Expect(137).ExpectError("MAY3004");
        Assert.Contains("Raise --memory, now 128 MiB", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingQemuNamesThePackage()
    {
        var result = await host.RunAsync(start => start.Environment["PATH"] = "/nowhere", "run", "--", "true");

        result.Expect(125).ExpectError("MAY1002");
        Assert.Contains("apt-get install", result.Error, StringComparison.Ordinal);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AnUnreadableKernelIsNamed()
    {
        var result = (await host.RunAsync("run", "--kernel", "/etc/passwd", "--", "true")).Expect(125).ExpectError("MAY1005");

        Assert.Contains("/etc/passwd", result.Error, StringComparison.Ordinal);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task AFullGuestDiskStopsThePush()
    {
        var big = Path.Combine(host.RuntimeDirectory, "big");
        await using (var file = File.Create(big))
        {
            file.SetLength(700L * 1024 * 1024);
        }

        var result = (await host.RunAsync("run", "--push", $"{big}:/tmp/big", "--", "true")).Expect(125).ExpectError("MAY3011");

        Assert.Contains("memory", result.Error, StringComparison.OrdinalIgnoreCase);
        File.Delete(big);
        host.AssertNothingLeft();
    }
}
