using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Testing;

namespace Mayfly.MSBuild.Tests.Testing;

public sealed class TestCommandTests
{
    private static readonly HostSdk Sdk = new("/dotnet/sdk/10.0.1");

    [Fact]
    public void TheSdksRunnerRunsALibrary() => Assert.Equal(
        "mkdir -p /results && cd '/src/it'\\''s/bin' && exec dotnet exec '/dotnet/sdk/10.0.1/vstest.console.dll' '/src/it'\\''s/bin/t.dll' '--logger:trx;LogFileName=t.trx' --ResultsDirectory:/results '--TestCaseFilter:Name~A|Name~B' --Blame -- RunConfiguration.TestSessionTimeout=90000",
        Command().Script(Sdk));

    [Theory]
    [InlineData("Microsoft.Testing.Extensions.TrxReport.dll", " --report-trx --report-trx-filename 't.trx'")]
    [InlineData("xunit.v3.core.dll", " --report-xunit-trx --report-xunit-trx-filename 't.trx'")]
    [InlineData("other.dll", "")]
    public void AnApplicationRunsItselfAndIsAskedForResultsAsItsFrameworkHasIt(string beside, string option)
    {
        using var folder = new TempDirectory();
        folder.Write(beside, "");
        var script = (Command() with { Assembly = folder["t.dll"], IsApplication = true, Filter = "" }).Script(Sdk);

        Assert.Equal($"mkdir -p /results && cd '{folder.Path}' && exec dotnet exec '{folder["t.dll"]}' --results-directory /results{option} --timeout 90s --Blame", script);
    }

    [Fact]
    public void AnApplicationHasNoFilterOfVsTests() =>
        Assert.Equal("MAY1104", Assert.Throws<SandboxConfigurationException>(() => (Command() with { IsApplication = true }).Script(Sdk)).Code);

    private static TestCommand Command() => new()
    {
        Assembly = "/src/it's/bin/t.dll",
        IsApplication = false,
        Filter = "Name~A|Name~B",
        Arguments = "--Blame",
        Timeout = TimeSpan.FromSeconds(90),
        Trx = "t.trx",
    };
}
