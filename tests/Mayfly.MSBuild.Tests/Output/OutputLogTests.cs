using System.Text.RegularExpressions;
using Mayfly.MSBuild.Output;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Output;

public sealed class OutputLogTests
{
    private readonly RecordingEngine _engine = new();

    [Fact]
    public void CanonicalLinesBecomeErrorsAndWarningsWithTheirPlace()
    {
        var log = Log(new OutputFormat());

        log.Add(OutputStream.Output, "src/grammar.y(3,7): error GEN12: no rule");
        log.Add(OutputStream.Error, "gen : warning GEN3: slow");

        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("src/grammar.y", 3, 7, "GEN12", "no rule"), (error.File, error.LineNumber, error.ColumnNumber, error.Code, error.Message));
        Assert.Equal("GEN3", Assert.Single(_engine.Warnings).Code);
        Assert.True(log.HasErrors);
    }

    [Fact]
    public void OrdinaryLinesAreMessagesOfTheStreamsImportance()
    {
        var log = Log(new OutputFormat { OutputImportance = MessageImportance.Low, ErrorImportance = MessageImportance.Normal });

        log.Add(OutputStream.Output, "out");
        log.Add(OutputStream.Error, "err");

        Assert.Equal([("out", MessageImportance.Low), ("err", MessageImportance.Normal)], _engine.Messages.Select(message => (message.Message!, message.Importance)));
        Assert.False(log.HasErrors);
    }

    [Fact]
    public void IgnoringTheStandardFormatLeavesMessages()
    {
        Log(new OutputFormat { IgnoreStandardFormat = true }).Add(OutputStream.Output, "x.c(1): error C1: y");

        Assert.Empty(_engine.Errors);
        Assert.Equal("x.c(1): error C1: y", Assert.Single(_engine.Messages).Message);
    }

    [Fact]
    public void PatternsOfTheProjectDecideFirst()
    {
        var log = Log(new OutputFormat { CustomError = new Regex("^BAD"), CustomWarning = new Regex("^HM"), IgnoreStandardFormat = true });

        log.Add(OutputStream.Output, "BAD thing");
        log.Add(OutputStream.Output, "HM thing");

        Assert.Equal("BAD thing", Assert.Single(_engine.Errors).Message);
        Assert.Equal("HM thing", Assert.Single(_engine.Warnings).Message);
    }

    [Fact]
    public void APatternThatTakesTooLongDoesNotHangTheBuild()
    {
        var log = Log(new OutputFormat { CustomError = new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(20)) });

        log.Add(OutputStream.Output, new string('a', 5000) + "!");

        Assert.Empty(_engine.Errors);
        Assert.Single(_engine.Messages);
    }

    [Fact]
    public void StandardErrorCanBeErrors()
    {
        Log(new OutputFormat { StandardErrorIsError = true }).Add(OutputStream.Error, "oh");

        Assert.Equal("oh", Assert.Single(_engine.Errors).Message);
    }

    [Fact]
    public void CollectedLinesAreTrimmedAndNotEmpty()
    {
        var log = Log(new OutputFormat { Collect = true });

        log.Add(OutputStream.Output, "  a;b  ");
        log.Add(OutputStream.Output, " ");

        Assert.Equal(["a;b"], log.Collected);
    }

    [Fact]
    public void TheTailHoldsTheLastLinesOfBothStreams()
    {
        var log = Log(new OutputFormat());
        for (var line = 1; line <= 30; line++)
        {
            log.Add(line % 2 == 0 ? OutputStream.Output : OutputStream.Error, $"line {line}");
        }

        var text = log.AppendTail("failed");

        Assert.StartsWith("failed\nIts output ended with:\n  line 11\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n  line 30", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFloodIsCutWithOneWarningAndTheTailGoesOn()
    {
        var log = Log(new OutputFormat { Collect = true }, maxChars: 100);
        for (var line = 0; line < 1000; line++)
        {
            log.Add(OutputStream.Output, $"line {line}");
        }

        Assert.InRange(_engine.Messages.Count, 1, 20);
        Assert.InRange(log.Collected.Count, 1, 20);
        Assert.Equal("MAY1109", Assert.Single(_engine.Warnings).Code);
        Assert.EndsWith("line 999", log.AppendTail(""), StringComparison.Ordinal);
    }

    [Fact]
    public void NoLineReachesTheBuildUnneutralised()
    {
        var log = Log(new OutputFormat { Collect = true });

        log.Add(OutputStream.Output, "::notice::x ##vso[y]");

        Assert.Equal(": :notice::x # #vso[y]", Assert.Single(_engine.Messages).Message);
        Assert.Equal(": :notice::x # #vso[y]", Assert.Single(log.Collected));
        Assert.Contains(": :notice::x # #vso[y]", log.AppendTail(""), StringComparison.Ordinal);
    }

    private OutputLog Log(OutputFormat format, long maxChars = 1_000_000) =>
        new(new TaskLoggingHelper(_engine, nameof(SandboxExec)), format, maxChars);
}
