using System.Text;
using System.Text.Json;
using Mayfly.Agent.Json;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

public sealed class JsonMessageTests
{
    public static TheoryData<string> Malformed =>
    [
        "{",
        "null",
        "[]",
        "ls -l",
        "{}",
        """{"command":null}""",
        """{"command":""}""",
        """{"command":" \t"}""",
        """{"command":["ls"]}""",
        """{"command":"ls"} {"command":"ls"}""",
        """{"command":"ls","args":"-l"}""",
        """{"command":"ls","args":[1]}""",
        """{"command":"ls","cwd":1}""",
        """{"command":"ls","env":["A=B"]}""",
        """{"command":"ls","env":{"A":1}}""",
        """{"command":"ls","stdin":{}}""",
        """{"command":"ls","stdin":"\ud800"}""",
    ];

    [Fact]
    public void ARequestArrivesWhole()
    {
        var read = JsonRequestReader.Read(
            """{"command":"sh","args":["-c","echo ü",""],"cwd":"/work","env":{"A":"1","B":""},"stdin":"bGluZQ==\n"}"""u8);

        Assert.Equal(["sh", "-c", "echo ü", ""], read.Command.Argv);
        Assert.Equal("/work", read.Command.WorkingDirectory);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "" }, read.Command.Environment);
        Assert.Equal((true, null), (read.Command.Input, read.Command.User));

        // It is text, even where it looks like base64.
        Assert.Equal("bGluZQ==\n"u8, read.Input!);
    }

    [Fact]
    public void OnlyTheCommandIsRequired()
    {
        var read = JsonRequestReader.Read("""{"new":{"a":[1]},"command":"ls","args":null,"cwd":null,"env":null,"stdin":null}"""u8);

        Assert.Equal(["ls"], read.Command.Argv);
        Assert.Equal("/", read.Command.WorkingDirectory);
        Assert.Empty(read.Command.Environment);
        Assert.False(read.Command.Input);
        Assert.Null(read.Input);
    }

    [Fact]
    public void ARelativeDirectoryIsTheRootsAsItIsForInit() =>
        Assert.Equal("/work/a", JsonRequestReader.Read("""{"command":"ls","cwd":"work/a"}"""u8).Command.WorkingDirectory);

    [Fact]
    public void EmptyInputIsInput() =>
        Assert.Equal([], JsonRequestReader.Read("""{"command":"cat","stdin":""}"""u8).Input!);

    [Theory]
    [MemberData(nameof(Malformed))]
    public void MalformedRequestsAreRefused(string line) =>
        Assert.Throws<ProtocolException>(() => JsonRequestReader.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void AnExitIsPassedOnWithAllThatWasWritten()
    {
        var answer = JsonResponse.Answer(
            new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Exited, ExitCode = 3 }, "o\0\n"u8, [0xff, 0xfe], cause: null);

        Assert.Equal("{\"exit_code\":3,\"stdout\":\"bwAK\",\"stderr\":\"//4=\",\"error\":null}\n", Encoding.UTF8.GetString(answer.Span));
    }

    [Fact]
    public void WhateverIsNoExitOfTheCommandsOwnSaysSo()
    {
        var ends = new (Outcome Outcome, int ExitCode, string Error)[]
        {
            (new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Signalled, Signal = 15 }, 143, "signal 15"),
            (new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.OutOfMemory }, 137, "memory"),
            (new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.CouldNotStart, Message = "no such\nprogram" }, -1, "no such\nprogram"),
            (new ExecOutcome { Kind = Mayfly.Protocol.ExecEndKind.Cancelled }, -1, "Cancelled"),
            (new FailedOutcome(FailureCode.BadRequest, "because"), -1, "because"),
        };
        foreach (var (outcome, exitCode, error) in ends)
        {
            using var answer = JsonDocument.Parse(JsonResponse.Answer(outcome, "kept"u8, [], cause: null));

            Assert.Equal(exitCode, answer.RootElement.GetProperty("exit_code").GetInt32());
            Assert.Contains(error, answer.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
            Assert.Equal("kept"u8, answer.RootElement.GetProperty("stdout").GetBytesFromBase64());
        }
    }

    [Fact]
    public void AnAnswerIsOneLineHoweverLongItsError()
    {
        var answer = JsonResponse.Refuse(new string('\n', 1_000_000)).Span;

        Assert.Equal(answer.Length - 1, answer.IndexOf((byte)'\n'));
        Assert.InRange(answer.Length, 1000, 100_000);
    }
}
