using System.Text.Json;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>What is kept of a run, in files and in binlogs.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class LogBuildTests(RuntimeDirectory runtime)
{
    private const string Logs = "obj/Debug/net10.0/mayfly/logs";

    [Fact]
    public async Task ABinlogHoldsWhatAStepWroteItsConsoleAndItsOptionsAndCleanRemovesThem()
    {
        using var project = new ThrowAwayProject(
            runtime,
            """
            <PropertyGroup><Script>printf '::notice::forged\033[31m\377\n'; echo oops &gt;&amp;2; exit $(Code)</Script></PropertyGroup>
            <ItemGroup>
              <SandboxStep Include="talk" Command="$(Script)" EnvironmentVariables="TOKEN=hush" BeforeTargets="BeforeBuild" Timeout="00:01:00" />
            </ItemGroup>
            """,
            "System.Console.WriteLine();");

        var failed = (await project.BuildAsync("-p:Code=3", "-bl:failed.binlog")).FailedWith("MAY3001");
        var embeddedOfFailed = EmbeddedFiles.Of(project["failed.binlog"]);
        (await project.BuildAsync("-p:Code=0", "-bl:good.binlog")).Succeeded();
        var embedded = EmbeddedFiles.Of(project["good.binlog"]);

        Assert.Contains($"The raw log is '{project[Logs]}/talk.output.log'", failed.Output, StringComparison.Ordinal);
        foreach (var files in new[] { embedded, embeddedOfFailed })
        {
            Assert.Contains("::notice::forged\e[31m", Named(files, "talk.output.log"), StringComparison.Ordinal);
            Assert.Contains("oops", Named(files, "talk.output.log"), StringComparison.Ordinal);
            Assert.NotEmpty(Named(files, "talk.agent.log"));
            Named(files, "talk.console.log");
            using var options = JsonDocument.Parse(Named(files, "talk.options.json"));
            Assert.Equal("TOKEN", Assert.Single(options.RootElement.GetProperty("environmentVariables").EnumerateArray()).GetString());
            Assert.Equal(60_000, options.RootElement.GetProperty("timeoutMs").GetDouble());
            Assert.DoesNotContain("hush", Named(files, "talk.options.json"), StringComparison.Ordinal);
        }

        Assert.Contains((byte)0xff, File.ReadAllBytes(project[Logs + "/talk.output.log"]));
        Assert.Equal(4, Directory.GetFiles(project[Logs]).Length);
        (await project.RunAsync(["clean", "-nodeReuse:false"])).Succeeded();
        Assert.False(Directory.Exists(project[Logs]));
        project.AssertNothingIsLeft();
    }

    [Fact]
    public async Task ACallOfTheTaskIsEmbeddedByOneLine()
    {
        using var project = new ThrowAwayProject(runtime, """
            <Target Name="Talk">
              <SandboxExec Command="echo said" EchoOff="true">
                <Output TaskParameter="LogFiles" ItemName="EmbedInBinlog" />
              </SandboxExec>
            </Target>
            """);

        (await project.RunAsync(["msbuild", "-t:Talk", "-v:q", "-nodeReuse:false", "-bl"])).Succeeded();

        var files = EmbeddedFiles.Of(project["msbuild.binlog"]);
        Assert.Equal("said\n", files.Single(file => file.Key.Contains("/obj/mayfly/logs/app.csproj-", StringComparison.Ordinal) && file.Key.EndsWith(".output.log", StringComparison.Ordinal)).Value);
        Assert.DoesNotContain("echo said", Named(files, "options.json"), StringComparison.Ordinal);
    }

    private static string Named(IReadOnlyDictionary<string, string> files, string name) =>
        files.Single(file => file.Key.EndsWith(name, StringComparison.Ordinal)).Value;
}
