using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class ForEachPlansTests
{
    private static readonly GuestLayout Layout = new("/src/app", []);

    [Fact]
    public void AFileIsAnInputAndItsPartsStandForThePlaceholders()
    {
        var plan = Assert.Single(Plans(["data/sub/it's $(x).tar.gz"], "gen/{Filename}{extension}/", "log-{Directory}x.txt")).Plan;

        Assert.Equal(new SandboxCopy("/src/app/data/sub/it's $(x).tar.gz", "/work/data/sub/it's $(x).tar.gz"), plan.Inputs[^1]);
        Assert.Equal(["/work/gen/it's $(x).tar.gz", "/work/log-data/sub/x.txt"], plan.Outputs.Select(output => output.GuestPath));
        Assert.Equal([true, false], plan.Outputs.Select(output => output.IsDirectory));
        Assert.Equal("/work/data/sub", plan.WorkingDirectory);
        Assert.Equal("of data/sub/it's $(x).tar.gz", plan.Environment["WHAT"]);
        Assert.Equal("/work/data/sub/it's $(x).tar.gz", plan.Environment["FOREACH_FULLPATH"]);
    }

    [Fact]
    public void ANameNeverBecomesPartOfAScript()
    {
        var plan = Assert.Single(Plans(["data/$(reboot);'.txt"], "x")).Plan;

        Assert.Equal("cat \"$FOREACH_IDENTITY\" ${HOME} { echo; } {a,b} {Identity} {$1}", plan.Command);
    }

    [Theory]
    [InlineData("data/a.txt", "{Stem}", "MAY1104")]
    [InlineData("../a.txt", "x", "MAY1102")]
    [InlineData("data/a.txt", "../{Filename}", "MAY1105")]
    [InlineData("data/a.txt;data/b.txt", "gen/all.txt", "MAY1108")]
    [InlineData("data/a.txt;sub/a.txt", "gen/{Filename}", "MAY1108")]
    [InlineData("data/a.txt;data/b", "gen/{Filename}/", null)]
    [InlineData("data/a;data/b", "gen/{Filename}/;gen/a/{Filename}", "MAY1108")]
    [InlineData("data/a;data/a-b;data/c", "gen/{Filename}/;gen/{Filename}.x", null)]
    [InlineData("data/a.txt;data/./a.txt", "gen/{Filename}", null)]
    public void WhatCantBeIsAnErrorBeforeAnythingRuns(string files, string outputs, string? code)
    {
        void Make() => Plans(files.Split(';'), outputs.Split(';'));

        if (code is null)
        {
            Make();
        }
        else
        {
            Assert.Equal(code, Assert.Throws<SandboxConfigurationException>(Make).Code);
        }
    }

    private static IReadOnlyList<(string File, CommandPlan Plan)> Plans(string[] files, params string[] outputs)
    {
        var task = new SandboxExec
        {
            Command = "cat {Identity} ${HOME} { echo; } {a,b} {{Identity}} {$1}",
            WorkingDirectory = "{Directory}",
            EnvironmentVariables = ["WHAT=of {IDENTITY}"],
        };
        return ForEachPlans.Of(CommandPlan.Of(task, Layout), files.Select(file => new TaskItem(file)), [.. outputs.Select(output => new TaskItem(output))], Layout);
    }
}
