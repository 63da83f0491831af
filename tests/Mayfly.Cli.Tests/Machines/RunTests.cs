using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>Commands that do what they should: streams, exit codes, options.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunTests(CommandHost host)
{
    [Fact]
    public async Task TheGuestRunsAKernelOfItsOwn()
    {
        var result = (await host.RunAsync("run", "--", "uname", "-r")).Expect(0);

        Assert.Matches(@"^\d+\.\d+\S*\n$", result.Output);
        Assert.NotEqual((await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim(), result.Output.Trim());
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task TheMachineIsDescribedOnceOnStandardError()
    {
        var result = (await host.RunAsync("run", "--accel", "tcg", "--transport", "serial", "--", "true")).Expect(0);

        var line = Assert.Single(result.Error.Split('\n'), line => line.Contains("QEMU", StringComparison.Ordinal));
        Assert.Matches(@"^mayfly: QEMU \d\S*, TCG \(.+\), serial \(asked for\), Linux \d\S*, up in \d+\.\d s", line);
    }

    [Fact]
    public async Task ATraceTellsWhatTookHowLongOnStandardError()
    {
        var result = (await host.RunAsync("run", "--trace", "--cold", "--", "echo", "out")).Expect(0);

        Assert.Equal("out\n", result.Output);
        Assert.Contains("mayfly: echo out (boot: ", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^PHASE +BEGIN ms +TIME ms$", result.Error);
        Assert.Matches(@"(?m)^mayfly +0\.0 +\d+\.\d  #", result.Error);
        Assert.Matches(@"(?m)^exec +\d+\.\d +\d+\.\d  \.+#+$", result.Error);
        Assert.Matches(@"(?m)^dispose +\d+\.\d +\d+\.\d  \.+#+$", result.Error);
    }

    [Fact]
    public async Task ATraceOfAFailedRunIsDrawnAsFarAsItGoes()
    {
        var directory = Directory.CreateTempSubdirectory("mft-").FullName;
        try
        {
            var file = Path.Combine(directory, "trace.svg");
            (await host.RunAsync("run", "--quiet", "--trace", file, "--push", $"{directory}:/data", "--pull", "/absent:absent", "--", "true")).Expect(125);

            var drawing = System.Xml.Linq.XElement.Load(file);
            var phases = drawing.Descendants().Where(element => element.Name.LocalName == "g").Select(row => row.Elements().First(element => element.Name.LocalName == "text").Value);
            Assert.Superset(new HashSet<string> { "mayfly", "push", "exec", "pull", "dispose" }, phases.ToHashSet());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task QuietMeansQuiet() =>
        Assert.Equal("", (await host.RunAsync("run", "--quiet", "--", "true")).Expect(0).Error);

    [Fact]
    public async Task TheExitCodeIsTheCommands() =>
        Assert.Equal("", (await host.RunAsync("run", "--quiet", "--", "sh", "-c", "exit 42")).Expect(42).Error);

    [Fact]
    public async Task TheTwoOutputsStayApart()
    {
        var result = (await host.RunAsync("run", "--quiet", "--", "sh", "-c", "echo out; echo err >&2")).Expect(0);

        Assert.Equal(("out\n", "err\n"), (result.Output, result.Error));
    }

    [Fact]
    public async Task BytesPassThroughBothWaysUnchanged()
    {
        var sent = RandomNumberGenerator.GetBytes((3 * 1024 * 1024) + 17);
        await using var process = host.Start("run", "--quiet", "--", "cat");
        await process.Input.WriteAsync(sent);

        var result = (await process.EndWithoutInputAsync()).Expect(0);

        Assert.True(sent.AsSpan().SequenceEqual(result.OutputBytes));
    }

    [Fact]
    public async Task OutputArrivesWhileTheCommandStillReads()
    {
        await using var process = host.Start("run", "--quiet", "--", "sh", "-c", "echo ready; read line; echo got $line; read line; echo $line");
        await process.Output.UntilAsync("ready\n");
        await process.Input.WriteAsync("one\n"u8.ToArray());
        await process.Input.FlushAsync();
        await process.Output.UntilAsync("got one\n");
        await process.Input.WriteAsync("two\n"u8.ToArray());

        Assert.EndsWith("two\n", (await process.EndWithoutInputAsync()).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACommandThatLeavesItsInputUnreadEndsAllTheSame()
    {
        await using var process = host.Start("run", "--quiet", "--", "true");

        (await process.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task EnvironmentDirectoryAndUserAreTheOptions()
    {
        var result = await host.RunAsync(
            start =>
            {
                start.Environment["PASSED_ON"] = "from the host";
                start.Environment["KEPT_BACK"] = "secret";
            },
            "run", "--quiet", "--env", "GIVEN=a=b c", "--env", "PASSED_ON", "--cwd", "/tmp", "--user", "1234:99", "--",
            "sh", "-c", "echo $GIVEN; echo $PASSED_ON; echo [$KEPT_BACK]; pwd; id -u; id -g");

        Assert.Equal("a=b c\nfrom the host\n[]\n/tmp\n1234\n99\n", result.Expect(0).Output);
    }

    [Fact]
    public async Task ArgumentsAreNotInterpreted()
    {
        string[] arguments = ["a b", "$HOME", "*", "", "--json", "--", "é\n"];

        var result = await host.RunAsync(["run", "--quiet", "--", "printf", "[%s]", .. arguments]);

        Assert.Equal(string.Concat(arguments.Select(argument => $"[{argument}]")), result.Expect(0).Output);
    }

    [Fact]
    public async Task MemoryAndProcessorsAreTheOptions()
    {
        var result = await host.RunAsync("run", "--quiet", "--cold", "--memory", "256M", "--cpus", "2", "--", "sh", "-c", "nproc; awk '/MemTotal/ { print $2 }' /proc/meminfo");

        var lines = result.Expect(0).Output.Split('\n');
        Assert.Equal("2", lines[0]);
        Assert.InRange(int.Parse(lines[1], CultureInfo.InvariantCulture), 128 * 1024, 256 * 1024);
    }

    [Fact]
    public async Task RedirectionToOneFileKeepsTheOrderAndWhatFollows()
    {
        var file = Path.Combine(host.RuntimeDirectory, "log");
        var script = $"(echo first; '{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' run --quiet -- sh -c 'echo out; echo err >&2; echo out'; echo last) > '{file}' 2>&1";
        await using var process = MayflyProcess.StartProgram(host.RuntimeDirectory, "/bin/sh", ["-c", script]);
        (await process.EndWithoutInputAsync()).Expect(0);

        var lines = (await File.ReadAllTextAsync(file, Encoding.UTF8)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["err", "first", "last", "out", "out"], lines.Order(StringComparer.Ordinal));
        Assert.Equal(("first", "last"), (lines[0], lines[^1]));
        File.Delete(file);
    }
}
