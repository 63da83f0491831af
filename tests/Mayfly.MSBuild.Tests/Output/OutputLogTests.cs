using System.Text.RegularExpressions;
using Mayfly.MSBuild.Output;
using Mayfly.MSBuild.Settings;
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

    [Theory]
    [InlineData("a.y(3): error G1: t", "/src/app/a.y", 3, 0, 0, 0, "", "G1")]
    [InlineData("a.y(3,7): error G1: t", "/src/app/a.y", 3, 7, 0, 0, "", "G1")]
    [InlineData("a.y(3,7-9): error G1: t", "/src/app/a.y", 3, 7, 0, 9, "", "G1")]
    [InlineData("a.y(3-5): error G1: t", "/src/app/a.y", 3, 0, 5, 0, "", "G1")]
    [InlineData("/work/s/a.y(3,7,4,9): error G1: t", "/src/app/s/a.y", 3, 7, 4, 9, "", "G1")]
    [InlineData("  s/a.y (3) : fatal error G1: t", "/src/app/s/a.y", 3, 0, 0, 0, "fatal", "G1")]
    [InlineData("s/a.y : Command line error G1: t", "/src/app/s/a.y", 0, 0, 0, 0, "Command line", "G1")]
    [InlineData("gen : error G1: t", "gen", 0, 0, 0, 0, "", "G1")]
    [InlineData("gen : error : t", "gen", 0, 0, 0, 0, "", "")]
    [InlineData("error G1: t", "SANDBOXEXEC", 0, 0, 0, 0, "", "G1")]
    [InlineData("(4): error G1: t", "SANDBOXEXEC", 4, 0, 0, 0, "", "G1")]
    [InlineData("/usr/lib/x.h(3): error G1: t", "/usr/lib/x.h", 3, 0, 0, 0, "", "G1")]
    [InlineData("../../etc/passwd(3): error G1: t", "../../etc/passwd", 3, 0, 0, 0, "", "G1")]
    public void EveryCanonicalFormIsRecognisedAndItsFileIsTheHosts(
        string line, string file, int lineNumber, int column, int endLine, int endColumn, string subcategory, string code)
    {
        Log(new OutputFormat { Paths = new GuestPathMap("/src/app", [], "/work") }).Add(OutputStream.Output, line);

        var error = Assert.Single(_engine.Errors);
        Assert.Equal(
            (file, lineNumber, column, endLine, endColumn, subcategory, code, "t"),
            (error.File, error.LineNumber, error.ColumnNumber, error.EndLineNumber, error.EndColumnNumber, error.Subcategory, error.Code, error.Message));
    }

    [Fact]
    public void TheFormOfCCompilersIsRecognisedToo()
    {
        Log(new OutputFormat { Paths = new GuestPathMap("/src/app", [], "/work") }).Add(OutputStream.Error, "/work/a.c:6:3: error: undeclared 'x'");

        var error = Assert.Single(_engine.Errors);
        Assert.Equal(("/src/app/a.c", 6, 3, "undeclared 'x'"), (error.File, error.LineNumber, error.ColumnNumber, error.Message));
    }

    [Fact]
    public void AFileOnTheHostMayLieDeeperThanAParserReads()
    {
        var host = "/" + string.Join('/', Enumerable.Repeat("a:long{0}folder", 60));

        Log(new OutputFormat { Paths = new GuestPathMap(host, [], "/work") }).Add(OutputStream.Output, "a.y(3,7): warning G2: {1} of 'x'");

        var warning = Assert.Single(_engine.Warnings);
        Assert.Equal(($"{host}/a.y", 3, 7, "G2", "{1} of 'x'"), (warning.File, warning.LineNumber, warning.ColumnNumber, warning.Code, warning.Message));
    }

    [Theory]
    [InlineData("0 errors: all is well in /work/a.y")]
    [InlineData("reading /work/a.y(3)")]
    [InlineData("error")]
    public void OrdinaryLinesStayAsTheyAre(string line)
    {
        Log(new OutputFormat { Paths = new GuestPathMap("/src/app", [], "/work") }).Add(OutputStream.Output, line);

        Assert.Equal(line, Assert.Single(_engine.Messages).Message);
        Assert.Empty(_engine.Errors);
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
    public void CollectedLinesAreOfBothStreamsWithoutBlankOnesAndWhiteSpaceAtTheEnd()
    {
        var log = Log(new OutputFormat { Collect = true });

        log.Add(OutputStream.Output, "  a;b  ");
        log.Add(OutputStream.Output, " ");
        log.Add(OutputStream.Error, "x : error E1: z");

        Assert.Equal(["  a;b", "x : error E1: z"], log.Collected);
    }

    [Fact]
    public void LinesThatAreErrorsByTheirStreamAreNotCollected()
    {
        var log = Log(new OutputFormat { Collect = true, StandardErrorIsError = true });

        log.Add(OutputStream.Output, "a");
        log.Add(OutputStream.Error, "b");

        Assert.Equal(["a"], log.Collected);
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

    [Fact]
    public void APatternThatKeepsTakingTooLongIsNotTriedForEver()
    {
        var pattern = new Regex("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(20));
        var log = Log(new OutputFormat { CustomError = pattern, IgnoreStandardFormat = true });

        for (var line = 0; line < 4; line++)
        {
            log.Add(OutputStream.Output, new string('a', 60) + "!");
        }

        log.Add(OutputStream.Output, "aaa");

        Assert.Empty(_engine.Errors);
        Assert.Contains("took too long", Assert.Single(_engine.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyShortLinesEndTheLogToo()
    {
        var log = Log(new OutputFormat { Collect = true }, maxChars: 640);

        for (var line = 0; line < 100; line++)
        {
            log.Add(OutputStream.Output, "x");
        }

        Assert.Equal(10, log.Collected.Count);
        Assert.Equal("MAY1109", Assert.Single(_engine.Warnings).Code);
    }

    private OutputLog Log(OutputFormat format, long maxChars = 1_000_000) =>
        new(new TaskLoggingHelper(_engine, nameof(SandboxExec)), format, maxChars);
}
