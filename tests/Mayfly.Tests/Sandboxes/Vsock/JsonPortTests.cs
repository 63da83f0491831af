using System.Text;
using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>The agent's newline-delimited JSON on vsock port 5000, as other tools speak it.</summary>
[Trait("Category", "MicroVM")]
public sealed class JsonPortTests(SocatSandbox shared) : IClassFixture<SocatSandbox>
{
    private Sandbox Sandbox => shared.Sandbox;

    [Fact]
    public async Task SeveralRequestsOfOneConnectionAreAnsweredInTheirOrder()
    {
        var answers = await ConverseAsync(
            """{"command":"sh","args":["-c","echo out; echo err >&2; exit 3"]}""",
            "",
            """{"command":"pwd","cwd":"/tmp"}""",
            """{"command":"sh","args":["-c","echo $GREETING"],"env":{"GREETING":"hello"}}""",
            """{"command":"cat","stdin":"as it is\n"}""");

        Assert.Equal(4, answers.Count);
        Assert.Equal((3, "out\n", "err\n"), (ExitCode(answers[0]), Text(answers[0], "stdout"), Text(answers[0], "stderr")));
        Assert.Equal("/tmp\n", Text(answers[1], "stdout"));
        Assert.Equal("hello\n", Text(answers[2], "stdout"));
        Assert.Equal("as it is\n", Text(answers[3], "stdout"));
    }

    [Fact]
    public async Task AMalformedLineIsAnsweredWithAnErrorAndTheConnectionKept()
    {
        var answers = await ConverseAsync("""{"command":""", "not json", """{"args":[]}""", """{"command":"true"}""");

        Assert.Equal(4, answers.Count);
        Assert.All(answers.Take(3), answer => Assert.NotEmpty(answer.GetProperty("error").GetString()!));
        Assert.Equal(0, ExitCode(answers[3]));
    }

    [Fact]
    public async Task AProgramThatIsNotThereIsAnError()
    {
        var answer = Assert.Single(await ConverseAsync("""{"command":"no-such-program"}"""));

        Assert.Contains("no-such-program", answer.GetProperty("error").GetString()!, StringComparison.Ordinal);
        Assert.NotEqual(0, ExitCode(answer));
    }

    [Fact]
    public async Task OutputIsBinarySafeAndStandardInputIsReadWhileItIsWritten()
    {
        var input = string.Concat(Enumerable.Repeat("0123456789abcdef", 60_000));
        var answers = await ConverseAsync(
            JsonSerializer.Serialize(new { command = "cat", stdin = input }),
            """{"command":"sh","args":["-c","printf '\\000\\377\\n'"]}""");

        Assert.Equal(input, Text(answers[0], "stdout"));
        Assert.Equal([0, 255, 10], Convert.FromBase64String(answers[1].GetProperty("stdout").GetString()!));
    }

    [Fact]
    public async Task ConnectionsAreServedSideBySide()
    {
        await using var slow = await Sandbox.ConnectVsockAsync(VsockPorts.Json).WithPatience();
        await slow.WriteAsync("""{"command":"sleep","args":["1000"]}"""u8.ToArray());
        await slow.WriteAsync("\n"u8.ToArray());

        Assert.Equal("quick\n", Text(Assert.Single(await ConverseAsync("""{"command":"echo","args":["quick"]}""")), "stdout"));
    }

    [Fact]
    public async Task AProgramInTheGuestIsNotServed()
    {
        var result = await Sandbox.ExecAsync(Socat.Command("-T", "10", "-", $"VSOCK-CONNECT:1:{VsockPorts.Json}"), Patience.Long);

        Assert.NotEqual(0, result.ExitCode);
    }

    private async Task<IReadOnlyList<JsonElement>> ConverseAsync(params string[] lines)
    {
        await using var stream = await Sandbox.ConnectVsockAsync(VsockPorts.Json).WithPatience();
        var reading = Task.Run(async () =>
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            var answers = new List<JsonElement>();
            while (await reader.ReadLineAsync() is { } line)
            {
                answers.Add(JsonElement.Parse(line));
            }

            return answers;
        });
        await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines) + '\n'));
        stream.CompleteWrites();
        return await reading.WithPatience();
    }

    private static int ExitCode(JsonElement answer) => answer.GetProperty("exit_code").GetInt32();

    private static string Text(JsonElement answer, string stream) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(answer.GetProperty(stream).GetString()!));
}
