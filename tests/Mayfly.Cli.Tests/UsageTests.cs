using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests;

/// <summary>Command lines that make no sense: exit code 125, one message with code and remedy, nothing on standard output.</summary>
[Collection(CommandCollection.Name)]
public sealed class UsageTests(CommandHost host)
{
    [Theory]
    [InlineData("MAY1001", "mayfly run has no option '--bogus'", "run --bogus -- true")]
    [InlineData("MAY1001", "takes the guest's command after '--'", "run uname -r")]
    [InlineData("MAY1001", "does not know what to do with 'extra'", "run extra -- true")]
    [InlineData("MAY1001", "--memory is 'lots'", "run --memory lots -- true")]
    [InlineData("MAY1001", "Memory is 16 MiB, but must be", "run --memory 16M -- true")]
    [InlineData("MAY1001", "--cpus is 'two'", "run --cpus two -- true")]
    [InlineData("MAY1001", "--accel is 'warp'", "run --accel warp -- true")]
    [InlineData("MAY1001", "--transport is 'pigeon'", "run --transport pigeon -- true")]
    [InlineData("MAY1001", "--disk is 'a.img:limit=lots'", "run --disk a.img:limit=lots -- true")]
    [InlineData("MAY1001", "--disk is ':ro'", "run --disk :ro -- true")]
    [InlineData("MAY1014", "there is no such file", "run --disk /absent/disk.img -- true")]
    [InlineData("MAY1001", "--timeout is '2x'", "run --timeout 2x -- true")]
    [InlineData("MAY1001", "--boot-timeout is 'none'", "run --boot-timeout none -- true")]
    [InlineData("MAY1001", "--push is 'a'", "run --push a -- true")]
    [InlineData("MAY1001", "--pull is 'a:b'", "run --pull a:b -- true")]
    [InlineData("MAY1001", "'work' is not absolute", "run --cwd work -- true")]
    [InlineData("MAY1008", "there is no command to run", "run")]
    [InlineData("MAY1008", "there is no command to run", "run --")]
    [InlineData("MAY1008", "mayfly run -- uname -r", "run")]
    [InlineData("MAY1009", "can't push '/absent/file'", "run --push /absent/file:/work -- true")]
    [InlineData("MAY1001", "has no command 'bogus'", "bogus")]
    [InlineData("MAY1001", "See 'mayfly --help'", "")]
    [InlineData("MAY1001", "Use 'mayfly run -- CMD' instead", "shell")]
    public async Task IsToldWithCodeAndRemedy(string code, string text, string arguments)
    {
        var result = await host.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        result.Expect(125).ExpectError(code);
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        host.AssertNothingLeft();
    }

    [Theory]
    [InlineData("--help", "Runs commands in disposable microVMs")]
    [InlineData("run --help", "[default: 30s]")]
    [InlineData("run --help", "--transport <auto|vsock|kernel-vsock|serial>")]
    [InlineData("shell --help", "interactive session")]
    [InlineData("doctor --help", "--json")]
    [InlineData("version", "mayfly 0.")]
    public async Task HelpGoesToStandardOutput(string arguments, string text)
    {
        var result = await host.RunAsync(arguments.Split(' '));

        result.Expect(0);
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task AClosedStandardOutputDoesNotBreakHelp()
    {
        await using var process = MayflyProcess.StartProgram(
            host.RuntimeDirectory, "/bin/sh", ["-c", $"'{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' version >&-; echo $?"]);

        Assert.Equal("0\n", (await process.EndWithoutInputAsync()).Output);
    }
}
