using Mayfly.Cli.Tracing;

namespace Mayfly.Cli.Tests.Tracing;

public sealed class TraceTextTests
{
    [Fact]
    public void APhaseIsALineWithABarInItsPlace()
    {
        var text = TraceText.Describe([Phase("boot", 0, 30, 0), Phase("wait", 15, 15, 1), Phase("exec", 30, 10, 0)]);

        Assert.Equal(
            """
            PHASE   BEGIN ms  TIME ms
            boot         0.0     30.0  ##############################
              wait      15.0     15.0  ...............###############
            exec        30.0     10.0  ..............................##########

            """,
            text);
    }

    [Fact]
    public void ANameCantSteerATerminal()
        => Assert.DoesNotContain('\u001b', TraceText.Describe([Phase("\u001b[2J\nforged", 0, 1, 0)]));

    [Fact]
    public void ATraceWithoutPhasesHasItsTitlesAlone() => Assert.Equal("PHASE  BEGIN ms  TIME ms\n", TraceText.Describe([]));

    [Fact]
    public void AProcessIsAsOldAsTheKernelSays()
    {
        Assert.Equal(
            TimeSpan.FromSeconds(2.5),
            ProcessAge.Of("7 (a b) c) S 1 7 7 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 12345 1 1 1\n", "125.95 200.00\n"));
        Assert.Null(ProcessAge.Of("", ""));
        Assert.Null(ProcessAge.Of("7 (x) S 1 7", "125.95 200.00\n"));
        Assert.InRange(ProcessAge.Read()!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(3));
    }

    private static SandboxPhase Phase(string name, double beginMs, double ms, int depth) =>
        new(name, TimeSpan.FromMilliseconds(beginMs), TimeSpan.FromMilliseconds(ms), depth);
}
