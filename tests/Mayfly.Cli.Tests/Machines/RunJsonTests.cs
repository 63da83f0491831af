using System.Text.Json;
using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>The report for programs.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunJsonTests(CommandHost host)
{
    [Fact]
    public async Task ASuccessIsReportedWhole()
    {
        var result = (await host.RunAsync("run", "--json", "--", "sh", "-c", "echo out; printf 'err\\377' >&2")).Expect(0);

        using var json = JsonDocument.Parse(result.Output);
        var report = json.RootElement;
        Assert.Equal(["sh", "-c"], report.GetProperty("command").EnumerateArray().Take(2).Select(item => item.GetString()));
        Assert.Equal("exited", report.GetProperty("end").GetString());
        Assert.Equal(0, report.GetProperty("exitCode").GetInt32());
        Assert.False(report.TryGetProperty("signal", out _));
        Assert.False(report.TryGetProperty("error", out _));
        Assert.True(report.GetProperty("durationMs").GetInt64() >= 0);
        Assert.StartsWith("QEMU", report.GetProperty("boot").GetProperty("hypervisor").GetString(), StringComparison.Ordinal);
        Assert.Contains(report.GetProperty("boot").GetProperty("accelerator").GetString(), (string[])["kvm", "tcg"]);
        Assert.NotEqual("", report.GetProperty("boot").GetProperty("reason").GetString());
        Assert.Contains(report.GetProperty("boot").GetProperty("transport").GetString(), (string[])["vsock", "kernel-vsock", "serial"]);
        Assert.NotEqual("", report.GetProperty("boot").GetProperty("transportReason").GetString());
        Assert.Equal(1, report.GetProperty("boot").GetProperty("attempts").GetInt32());
        Assert.Contains(report.GetProperty("boot").GetProperty("start").GetString(), (string[])["boot", "clone"]);
        Assert.NotEqual("", report.GetProperty("boot").GetProperty("startReason").GetString());
        Assert.Superset(
            new HashSet<string?> { "mayfly", "exec", "dispose" },
            report.GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("name").GetString()).ToHashSet());
        Assert.Matches(@"^\d+\.\d+", report.GetProperty("guest").GetProperty("kernel").GetString());
        Assert.Equal("out\n", report.GetProperty("stdout").GetProperty("text").GetString());
        Assert.False(report.GetProperty("stdout").TryGetProperty("base64", out _));
        Assert.Equal("ZXJy/w==", report.GetProperty("stderr").GetProperty("base64").GetString());
        Assert.Equal(4, report.GetProperty("stderr").GetProperty("bytes").GetInt64());
        Assert.False(report.GetProperty("stderr").GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task APublishedPortIsToldAndReportedAsItWasBound()
    {
        var result = (await host.RunAsync("run", "--json", "--network", "user", "--publish", ":80", "--", "cat", "/sys/class/net/eth0/operstate")).Expect(0);

        using var json = JsonDocument.Parse(result.Output);
        var network = json.RootElement.GetProperty("network");
        var port = network.GetProperty("ports").EnumerateArray().Single();
        Assert.Equal("user", network.GetProperty("mode").GetString());
        Assert.Equal("10.0.2.15", network.GetProperty("guestAddress").GetString());
        Assert.Equal("tcp 127.0.0.1 80", $"{port.GetProperty("protocol").GetString()} {port.GetProperty("hostAddress").GetString()} {port.GetProperty("guestPort").GetInt32()}");
        Assert.NotEqual(0, port.GetProperty("hostPort").GetInt32());
        Assert.Contains($"mayfly: published 127.0.0.1:{port.GetProperty("hostPort").GetInt32()} -> 80/tcp", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AForwardIsToldAndReportedAsItWasBound()
    {
        var result = (await host.RunAsync("run", "--json", "--forward", "80", "--reverse", "5432:5433", "--", "true")).Expect(0);

        using var json = JsonDocument.Parse(result.Output);
        var forwards = json.RootElement.GetProperty("forwards").EnumerateArray().ToArray();
        var port = forwards[0].GetProperty("hostPort").GetInt32();
        Assert.Equal(2, forwards.Length);
        Assert.InRange(port, 1, 65535);
        Assert.Equal("127.0.0.1 80 False", $"{forwards[0].GetProperty("hostAddress").GetString()} {forwards[0].GetProperty("guestPort").GetInt32()} {forwards[0].GetProperty("reverse").GetBoolean()}");
        Assert.Equal("5433 5432 True", $"{forwards[1].GetProperty("hostPort").GetInt32()} {forwards[1].GetProperty("guestPort").GetInt32()} {forwards[1].GetProperty("reverse").GetBoolean()}");
        Assert.Contains($"mayfly: forwarding 127.0.0.1:{port} -> guest 80", result.Error, StringComparison.Ordinal);
        Assert.Contains("mayfly: forwarding guest 5432 -> 127.0.0.1:5433", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timedOut", "MAY3002", 124, "sleep 600", "--timeout", "1s")]
    [InlineData("exited", "MAY3001", 3, "exit 3", "--timeout", "60s")]
    [InlineData("signalled", "MAY3003", 143, "kill -15 $$", "--timeout", "60s")]
    [InlineData("couldNotStart", "MAY3005", 126, "true", "--cwd", "/absent")]
    public async Task AnotherEndCarriesItsCode(string end, string code, int exitCode, string script, string option, string value)
    {
        var result = (await host.RunAsync("run", "--json", option, value, "--", "sh", "-c", script)).Expect(exitCode);

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal(end, json.RootElement.GetProperty("end").GetString());
        Assert.Equal(code, json.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith(code, json.RootElement.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureOfMayflyIsAReportToo()
    {
        var result = (await host.RunAsync("run", "--json", "--kernel", "/absent", "--", "true")).Expect(125).ExpectError("MAY1005");

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("MAY1005", json.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.False(json.RootElement.TryGetProperty("end", out _));
    }

    [Fact]
    public async Task MoreOutputThanIsKeptIsCounted()
    {
        var result = (await host.RunAsync("run", "--json", "--timeout", "120s", "--", "head", "-c", "20000000", "/dev/zero")).Expect(0);

        using var json = JsonDocument.Parse(result.Output);
        var output = json.RootElement.GetProperty("stdout");
        Assert.True(output.GetProperty("truncated").GetBoolean());
        Assert.Equal(20_000_000, output.GetProperty("bytes").GetInt64());
        Assert.Equal(16 * 1024 * 1024, output.GetProperty("text").GetString()!.Length);
    }

    [Fact]
    public async Task AnAbortedRunIsReportedAsCancelled()
    {
        await using var process = host.Start("run", "--json", "--timeout", "none", "--", "sh", "-c", "sleep 600");
        await process.Error.UntilAsync("up in");
        process.Signal(Libc.Terminate);

        var result = (await process.EndAsync()).Expect(143);

        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("cancelled", json.RootElement.GetProperty("end").GetString());
        Assert.Equal("MAY3007", json.RootElement.GetProperty("error").GetProperty("code").GetString());
        host.AssertNothingLeft();
    }
}
