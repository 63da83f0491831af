using System.Text.Json;
using Mayfly.Cli.Reports;

namespace Mayfly.Cli.Tests.Reports;

/// <summary>A report in a CI system's log.</summary>
public sealed class ReportJsonTests
{
    [Fact]
    public void NoTextOfAGuestsIsACommandThere()
    {
        const string Said = "::error::x\n##vso[task.complete]\r##[error]\u2028::group::\e[2J";
        var json = JsonSerializer.Serialize(new OutputSection(Said, null, 1, false), ReportJson.Safe.OutputSection);

        Assert.StartsWith("{", json, StringComparison.Ordinal);
        Assert.DoesNotContain("##", json, StringComparison.Ordinal);
        Assert.DoesNotContain(json, character => character is < ' ' or > '~');
        Assert.Equal(Said, JsonSerializer.Deserialize(json, ReportJson.Safe.OutputSection)!.Text);
    }
}
