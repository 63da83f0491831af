namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Exec and SandboxExec side by side with the same parameters in the same build.</summary>
[Collection(BuildsCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ExecParityBuildTests(RuntimeDirectory runtime)
{
    [Fact]
    public async Task TheSameScriptGivesTheBuildTheSameLinesErrorsAndWarnings()
    {
        const string Parameters = """Command="$(Script)" ConsoleToMSBuild="true" EnvironmentVariables="NAME=a b" CustomErrorRegularExpression="^BAD" CustomWarningRegularExpression="^HM" IgnoreExitCode="true" Outputs="made.txt" """;
        using var project = new ThrowAwayProject(runtime, $"""
            <PropertyGroup><Script>
            echo "  $NAME;"'%24(x)  '
            echo
            echo BAD thing; echo bad thing; echo 'HM thing'
            echo 'a.y(3,7): error GEN1: no rule'
            echo 'gen : warning GEN2: slow'
            echo x &gt; made.txt
            exit 3
            </Script></PropertyGroup>
            <Target Name="Both">
              <Exec {Parameters}>
                <Output TaskParameter="ConsoleOutput" ItemName="Outside" /><Output TaskParameter="ExitCode" PropertyName="OutsideCode" /><Output TaskParameter="Outputs" ItemName="OutsideMade" />
              </Exec>
              <SandboxExec {Parameters}>
                <Output TaskParameter="ConsoleOutput" ItemName="Inside" /><Output TaskParameter="ExitCode" PropertyName="InsideCode" /><Output TaskParameter="Outputs" ItemName="InsideMade" />
              </SandboxExec>
              <Message Importance="High" Text="OUTSIDE[$(OutsideCode):@(OutsideMade):@(Outside, '|')]" />
              <Message Importance="High" Text="INSIDE[$(InsideCode):@(InsideMade):@(Inside, '|')]" />
            </Target>
            """);

        var result = await project.RunAsync(["msbuild", "-t:Both", "-v:n", "-tl:off", "-nodeReuse:false", "-clp:NoSummary"]);

        var outside = Between(result.Output, "OUTSIDE[");
        Assert.Equal(outside, Between(result.Output, "INSIDE["));
        Assert.StartsWith("3:made.txt:  a b;$(x)|BAD thing|bad thing|", outside, StringComparison.Ordinal);
        Assert.Equal(2, Count(result.Output, "): error : BAD thing"));
        Assert.Equal(0, Count(result.Output, "): error : bad thing"));
        Assert.Equal(2, Count(result.Output, "): warning : HM thing"));
        // Exec leaves a file as the command wrote it; in a sandbox that would be a path that the host does not have.
        Assert.Equal(2, Count(result.Output, "a.y(3,7): error GEN1: no rule ["));
        Assert.Equal(1, Count(result.Output, $"{project.Folder}/a.y(3,7): error GEN1: no rule ["));
        Assert.Equal(2, Count(result.Output, "gen : warning GEN2: slow ["));
    }

    [Fact]
    public async Task OutputIsReadInItsEncodingAndASilentCommandStaysOutOfTheLog()
    {
        using var project = new ThrowAwayProject(runtime, """
            <Target Name="Silent">
              <SandboxExec Command="printf 'caf\351\n'; printf '\202\240\n' >&amp;2; echo se''cret > made.txt; exit 3"
                           EchoOff="true" StdOutEncoding="iso-8859-1" StdErrEncoding="shift_jis" ConsoleToMSBuild="true" />
            </Target>
            """.Replace(" > ", " &gt; ", StringComparison.Ordinal));

        var result = await project.RunAsync(["msbuild", "-t:Silent", "-v:n", "-tl:off", "-nodeReuse:false"]);

        result.FailedWith("MAY3001");
        Assert.Contains("café", result.Output, StringComparison.Ordinal);
        Assert.Contains("あ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("se''cret", result.Output, StringComparison.Ordinal);
        Assert.Contains(": the command exited with code 3 after ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task QuietBuildsShowErrorsWithTheEndOfTheOutput()
    {
        using var project = new ThrowAwayProject(runtime, """<Target Name="Fail"><SandboxExec Command="echo the reason; exit 3" Outputs="a.txt" /></Target>""");

        var result = await project.RunAsync(["msbuild", "-t:Fail", "-v:q", "-tl:off", "-nodeReuse:false"]);

        result.FailedWith("MAY3001");
        Assert.Contains("the reason", result.Output, StringComparison.Ordinal);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Between(string text, string start)
    {
        var begin = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        Assert.True(begin >= start.Length, text);
        return text[begin..text.IndexOf(']', begin)];
    }
}
