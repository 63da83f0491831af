using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mayfly.Agent.Json;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

#pragma warning disable CA1001 // IAsyncLifetime disposes.
public sealed class JsonConnectionTests : IChannelFactory, IAsyncLifetime
#pragma warning restore CA1001
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    private const long BudgetBytes = 24 * 1024 * 1024;

    private readonly CaptureBudget _budget = new(BudgetBytes);
    private readonly LoopThread _thread = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<FakeCommand> _commands = new();
    private readonly ConcurrentQueue<string> _names = new();
    private readonly SemaphoreSlim _started = new(0);
    private NetworkStream _host = null!;
    private StreamReader _answers = null!;

    public async Task InitializeAsync()
    {
        var (agent, host) = SocketPair.Create();
        await _thread.RunAsync(() => _ = new JsonConnection(agent, _thread.Loop, this, _budget, "json-1", _closed.SetResult));
        _host = new NetworkStream(host, ownsSocket: true);
        _answers = new StreamReader(_host);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _closed.Task.WaitAsync(_deadline);
        _answers.Dispose();
        _thread.Dispose();
        _started.Dispose();
    }

    [Fact]
    public async Task RequestsAreAnsweredInTheirOrderOnOneConnection()
    {
        await SendAsync(
            Request("exit", ["1"]),
            """{"command":"cat","stdin":"two"}""",
            "\r\n   ",
            "{ malformed",
            """{"command":"cat-err","stdin":"four"}""",
            """{"command":"nowhere"}""",
            Request("exit", ["6"]));

        Assert.Equal((1, "", "", null), await ReadAsync());
        Assert.Equal((0, "two", "", null), await ReadAsync());
        var malformed = await ReadAsync();
        Assert.Equal(-1, malformed.ExitCode);
        Assert.Contains("malformed", malformed.Failure, StringComparison.Ordinal);
        Assert.Equal((0, "", "four", null), await ReadAsync());
        Assert.Equal((-1, "", "", "could not start nowhere"), await ReadAsync());
        Assert.Equal((6, "", "", null), await ReadAsync());
        Assert.Equal(["json-1-1", "json-1-2", "json-1-3", "json-1-4", "json-1-5"], _names);
    }

    [Fact]
    public async Task ManyAnswersThatNoCommandIsRunForDoNotNest()
    {
        const int count = 20_000;
        var sending = SendAsync([.. Enumerable.Repeat("""{"command":"nowhere"}""", count)]);

        for (var index = 0; index < count; index++)
        {
            Assert.Equal("could not start nowhere", (await ReadAsync()).Failure);
        }

        await sending;
    }

    [Fact]
    public async Task InputBeyondTheWindowIsSentAsItIsTaken()
    {
        var text = string.Concat(Enumerable.Range(0, 400_000).Select(number => $"{number}\n"));
        Assert.InRange(text.Length, (2 * ProtocolLimits.WindowBytes) + 1, JsonConnection.MaxLineBytes - 500_000);

        await SendAsync($$"""{"command":"cat","stdin":{{JsonSerializer.Serialize(text)}}}""", Request("exit", ["2"]));

        var answer = await ReadAsync();
        Assert.Equal((0, "", null), (answer.ExitCode, answer.Error, answer.Failure));
        Assert.True(text == answer.Output, "the output is not the input");
        Assert.Equal(2, (await ReadAsync()).ExitCode);
        Assert.All(_commands, command => Assert.Null(command.Aborted));
    }

    [Fact]
    public async Task ALineBeyondTheLimitIsSkippedAndAnswered()
    {
        var sending = SendAsync(new string('x', JsonConnection.MaxLineBytes * 3), Request("exit", ["5"]));

        Assert.Contains($"{JsonConnection.MaxLineBytes}", (await ReadAsync()).Failure, StringComparison.Ordinal);
        Assert.Equal(5, (await ReadAsync()).ExitCode);
        await sending;
    }

    [Fact]
    public async Task APeerThatHasEndedItsSendingStillGetsItsAnswers()
    {
        await _host.WriteAsync("""{"command":"cat","stdin":"first"}"""u8.ToArray());
        await _host.WriteAsync("\n{\"command\":\"cat\",\"stdin\":\"unended\"}"u8.ToArray());
        _host.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("first", (await ReadAsync()).Output);
        Assert.Equal("unended", (await ReadAsync()).Output);
        Assert.Null(await _answers.ReadLineAsync().WaitAsync(_deadline));
        await _closed.Task.WaitAsync(_deadline);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task APeerThatLeavesEndsItsCommand(bool endsSendingFirst)
    {
        await SendAsync("""{"command":"wait"}""", Request("exit", ["1"]));
        await _started.WaitAsync(_deadline);
        if (endsSendingFirst)
        {
            _host.Socket.Shutdown(SocketShutdown.Send);
            await _thread.RunAsync(() => { });
            Assert.False(Assert.Single(_commands).Cancelled);
        }

        await _host.DisposeAsync();

        await _closed.Task.WaitAsync(_deadline);
        Assert.True(Assert.Single(_commands).Cancelled);
    }

    [Fact]
    public async Task APeerThatLeavesItsAnswerUnreadEndsTheConnection()
    {
        // More than a socket holds, so that its writing has begun and can't end.
        await SendAsync($$"""{"command":"cat","stdin":"{{new string('x', 3_000_000)}}"}""");
        var first = new byte[1];
        await _host.ReadExactlyAsync(first).AsTask().WaitAsync(_deadline);

        await _host.DisposeAsync();

        await _closed.Task.WaitAsync(_deadline);
    }

    [Fact]
    public async Task AnAnswerThatIsNotReadDoesNotKeepTheLoopFromOthers()
    {
        await SendAsync($$"""{"command":"cat","stdin":"{{new string('x', 3_000_000)}}"}""");
        var first = new byte[1];
        await _host.ReadExactlyAsync(first).AsTask().WaitAsync(_deadline);

        await _thread.RunAsync(() => { }).WaitAsync(_deadline);
        Assert.Equal('{', (char)first[0]);
        var rest = await _answers.ReadLineAsync().WaitAsync(_deadline);
        Assert.Equal(3_000_000, JsonDocument.Parse($"{{{rest}").RootElement.GetProperty("stdout").GetBytesFromBase64().Length);
    }

    [Fact]
    public async Task OutputBeyondTheLimitEndsTheCommandAndIsKeptUpToThere()
    {
        await SendAsync("""{"command":"flood"}""");

        var answer = await ReadAsync();

        Assert.Equal(-1, answer.ExitCode);
        Assert.Contains("more to stdout than can be kept", answer.Failure, StringComparison.Ordinal);
        Assert.Equal(JsonCommand.MaxOutputBytes, answer.Output.Length);
    }

    [Fact]
    public async Task WhatWasFetchedMakesRoomForTheNext()
    {
        for (var count = 0; count < 3; count++)
        {
            await SendAsync("""{"command":"flood"}""");
            Assert.Equal(JsonCommand.MaxOutputBytes, (await ReadAsync()).Output.Length);
        }

        await _thread.RunAsync(() => Assert.Equal(BudgetBytes, _budget.Take(int.MaxValue)));
    }

    [Fact]
    public async Task WhereLittleIsLeftTheCommandIsEndedThere()
    {
        await _thread.RunAsync(() => _budget.Take((int)BudgetBytes - 1000));
        await SendAsync("""{"command":"flood"}""");

        var answer = await ReadAsync();
        Assert.Equal(1000, answer.Output.Length);
        Assert.Contains("than can be kept", answer.Failure, StringComparison.Ordinal);
    }

    Channel? IChannelFactory.Open(Request request, ChannelLink link)
    {
        var exec = Assert.IsType<ExecRequest>(request);
        _names.Enqueue(link.Name);
        switch (exec.Argv[0])
        {
            case "nowhere":
                link.SendOutcome(new ExecOutcome
                {
                    Kind = Mayfly.Protocol.ExecEndKind.CouldNotStart,
                    StartFailure = StartFailure.NotFound,
                    Message = "could not start nowhere",
                });
                return null;
            default:
                var command = new FakeCommand(_thread.Loop, exec, link);
                _commands.Enqueue(command);
                _started.Release();
                return command;
        }
    }

    private static string Request(string command, string[] arguments) =>
        $$"""{"command":"{{command}}","args":{{JsonSerializer.Serialize(arguments)}}}""";

    private Task SendAsync(params string[] lines) =>
        _host.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => $"{line}\n")))).AsTask().WaitAsync(_deadline);

    private async Task<(int ExitCode, string Output, string Error, string? Failure)> ReadAsync()
    {
        var line = await _answers.ReadLineAsync().WaitAsync(_deadline);
        Assert.NotNull(line);
        using var answer = JsonDocument.Parse(line);
        return (
            answer.RootElement.GetProperty("exit_code").GetInt32(),
            Encoding.UTF8.GetString(answer.RootElement.GetProperty("stdout").GetBytesFromBase64()),
            Encoding.UTF8.GetString(answer.RootElement.GetProperty("stderr").GetBytesFromBase64()),
            answer.RootElement.GetProperty("error").GetString());
    }
}
