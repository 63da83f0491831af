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
    [InlineData("MAY1001", "--network is 'lan'", "run --network lan -- true")]
    [InlineData("MAY1001", "--publish is 'http'", "run --network user --publish http -- true")]
    [InlineData("MAY1001", "Add --network user", "run --publish 8080:80 -- true")]
    [InlineData("MAY1001", "the guest's port of a forward is 70000", "run --network user --publish 0:70000 -- true")]
    [InlineData("MAY1001", "--network user:outbound", "run --network user --publish 0:53/udp -- true")]
    [InlineData("MAY1001", "--forward is 'http'", "run --forward http -- true")]
    [InlineData("MAY1001", "the guest's port of a forward is 0, but must be 1 to 65535", "run --forward 8080:0 -- true")]
    [InlineData("MAY1001", "the host's port of a forward is 70000", "run --forward 70000:80 -- true")]
    [InlineData("MAY1001", "is forwarded twice", "run --forward 8080:80 --forward 8080:81 -- true")]
    [InlineData("MAY1001", "--reverse is '5432'", "run --reverse 5432 -- true")]
    [InlineData("MAY1001", "--reverse is '80:example.org:80'", "run --reverse 80:example.org:80 -- true")]
    [InlineData("MAY1001", "the host's port of a forward is 0", "run --reverse 5432:0 -- true")]
    [InlineData("MAY1001", "--disk is 'a.img:limit=lots'", "run --disk a.img:limit=lots -- true")]
    [InlineData("MAY1001", "--disk is ':ro'", "run --disk :ro -- true")]
    [InlineData("MAY1001", "--layer is 'bin'", "run --layer bin -- true")]
    [InlineData("MAY1018", "there is no such folder", "run --layer /absent:/opt/x -- true")]
    [InlineData("MAY1018", "give the main .dll of an application", "run --layer-dotnet=/absent.dll -- true")]
    [InlineData("MAY1014", "there is no such file", "run --disk /absent/disk.img -- true")]
    [InlineData("MAY1001", "--output is 'pretty'", "run --output pretty -- true")]
    [InlineData("MAY1001", "Leave one of them out", "run --output raw --json -- true")]
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
    [InlineData("MAY1001", "--wait is 'soon'", "inventory --since x --wait soon")]
    [InlineData("MAY1001", "--wait makes sense only with --since", "inventory --wait 5s")]
    [InlineData("MAY1001", "--save and --since can't go together", "inventory --save x --since y")]
    [InlineData("MAY1001", "Leave --json out", "inventory --save x --json")]
    [InlineData("MAY1001", "--since is '/absent/file', but must be a file that 'mayfly inventory --save' has written", "inventory --since /absent/file")]
    [InlineData("MAY1001", "--since is '/etc/passwd'", "inventory --since /etc/passwd")]
    [InlineData("MAY3014", "--save can't write '/absent/file'", "inventory --save /absent/file")]
    [InlineData("MAY1001", "--trace is 'trace.png', but must be a file that ends in .svg or .json", "run --trace trace.png -- true")]
    [InlineData("MAY3014", "--trace can't write '/absent/trace.svg'", "run --trace /absent/trace.svg -- true")]
    [InlineData("MAY1001", "--trace tells of a run when it is over", "run --keep --name x --trace -- true")]
    [InlineData("MAY1001", "has no option '--bogus'", "cache ls --bogus")]
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
    [InlineData("run --help", "--transport <auto|vsock|kernel-vsock|serial|ssh>")]
    [InlineData("run --help", "--network <none|user|user:outbound|tap|tap:BRIDGE>")]
    [InlineData("run --help", "--publish <[ADDR:]HOST:GUEST[/udp]>")]
    [InlineData("run --help", "--forward <[HOST_PORT:]GUEST_PORT>")]
    [InlineData("shell --help", "--reverse <GUEST_PORT:[HOST:]HOST_PORT>")]
    [InlineData("run --help", "--trace <FILE>")]
    [InlineData("shell --help", "--cold")]
    [InlineData("cache --help", "prune")]
    [InlineData("shell --help", "interactive session")]
    [InlineData("doctor --help", "--json")]
    [InlineData("inventory --help", "--since <FILE>")]
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
