using System.Text;
using System.Text.RegularExpressions;
using Mayfly.MSBuild.Output;
using Mayfly.Tests.HostileOutput;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Output;

/// <summary>Nothing that a guest writes is a command to the host's CI system once it is in a build's log, however a logger shows it.</summary>
public sealed class HostileOutputLogTests
{
    private readonly RecordingEngine _engine = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoLineOfAnEventIsObeyed(bool isError)
    {
        foreach (var output in Corpus.Outputs)
        {
            _engine.Forget();
            var log = Log(new OutputFormat { StandardErrorIsError = isError, Collect = true, CustomWarning = new Regex("debug") });
            Feed(log, isError ? OutputStream.Error : OutputStream.Output, output);
            new FailureLog(Helper(), _engine, file: null).Add("MAY3001", log.AppendTail(Encoding.UTF8.GetString(output)));

            Assert.NotEmpty(_engine.Errors);
            Assert.All(Shown().Concat(log.Collected), text => Assert.True(CiSystems.LeaveAlone(text), text));
        }
    }

    [Fact]
    public void APartOfACanonicalErrorIsNoCommandByItself()
    {
        Feed(Log(new OutputFormat()), OutputStream.Output, "a.c(1,2): sub error C1:  ::error::x\nb : warning B1:::add-path::y\n##vso[x](3): error X1: w\n"u8.ToArray());

        Assert.Equal(2, _engine.Errors.Count);
        Assert.Single(_engine.Warnings);
        Assert.All(Shown(), text => Assert.True(CiSystems.LeaveAlone(text), text));
    }

    /// <summary>As a logger may show it: an event on a line, and its parts on lines of their own.</summary>
    private IEnumerable<string> Shown() => _engine.Errors.SelectMany(error => Shown(error.File, error.Subcategory, "error", error.Code, error.Message))
        .Concat(_engine.Warnings.SelectMany(warning => Shown(warning.File, warning.Subcategory, "warning", warning.Code, warning.Message)))
        .Concat(_engine.Messages.Select(message => message.Message!));

    private static string[] Shown(string? file, string? subcategory, string category, string? code, string? message) =>
        [$"{file} : {subcategory} {category} {code}: {message}", $"{file}(1,2): {subcategory} {category} {code}: {message}", string.Join('\n', file, subcategory, code, message)];

    private static void Feed(OutputLog log, OutputStream stream, byte[] output)
    {
        using var lines = new GuestLineStream(line => log.Add(stream, line));
        foreach (var piece in output.Chunk(3))
        {
            lines.Write(piece);
        }

        lines.Complete();
    }

    private TaskLoggingHelper Helper() => new(_engine, nameof(SandboxExec));

    private OutputLog Log(OutputFormat format) => new(Helper(), format);
}
