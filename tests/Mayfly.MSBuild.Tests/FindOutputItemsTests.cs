using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests;

public sealed class FindOutputItemsTests
{
    [Theory]
    [InlineData("gen/", "", "gen/Evil.cs", "Compile", false)]
    [InlineData("gen/", "", "gen/sub/a.txt", "Compile", true)]
    [InlineData("gen/", "true", "gen/a.txt", "Compile", false)]
    [InlineData("gen/", "false", "gen/Evil.cs", "Compile", true)]
    [InlineData("gen/", "", "gen/Evil.resx", "EmbeddedResource", true)]
    [InlineData("gen/", "true", "gen/a.txt", "None", true)]
    [InlineData("gen/", "", "generated/a.txt", "None", false)]
    [InlineData("a.txt;gen/b.cs", "", "gen/b.cs", "Compile", false)]
    [InlineData("a.txt;gen/b.cs", "false", "gen/b.cs", "Compile", true)]
    [InlineData("a.resx", "", "a.resx", "EmbeddedResource", false)]
    [InlineData("a.resx", "false", "a.resx", "EmbeddedResource", true)]
    [InlineData("a.txt", "false", "a.txt", "None", false)]
    [InlineData("gen\\sub/", "false", "gen/sub/a.cs", "Compile", true)]
    public void AStepSaysWhichOfItsOutputsAWildcardMayFind(string outputs, string compile, string path, string itemType, bool isKeptOut) =>
        Assert.Equal(isKeptOut, KeepsOut(Step(("Outputs", outputs), ("Compile", compile)), path, itemType));

    [Fact]
    public void WhatIsMadeBehindTheCompilerIsNotCompiledByTheNextBuildEither() =>
        Assert.True(KeepsOut(Step(("Outputs", "gen/"), ("BeforeTargets", ""), ("AfterTargets", "Build")), "gen/Evil.cs", "Compile"));

    [Fact]
    public void OutputsForEachFileCountAsTheFolderThatTheyAreIn()
    {
        var step = Step(("Outputs", "made/{RecursiveDir}{Filename}/;{Filename}/"), ("ForEach", "a/**"), ("Compile", "false"));

        Assert.True(KeepsOut(step, "made/x/y/a.cs", "Compile"));
        Assert.False(KeepsOut(step, "other/a.cs", "Compile"));
    }

    [Fact]
    public void AnOutputThatIsAnItemOfItsOwnCounts()
    {
        var output = new TaskItem("own/", new Dictionary<string, string> { ["Step"] = "A" });

        Assert.Contains(StepOutput.Of(Step(), [output], "/src/app"), found => found.KeepsOut("/src/app/own/a.txt", "None"));
        Assert.Empty(StepOutput.Of(Step(), [new TaskItem("own/", new Dictionary<string, string> { ["Step"] = "b" })], "/src/app"));
    }

    private static bool KeepsOut(TaskItem step, string path, string itemType) =>
        StepOutput.Of(step, [], "/src/app").Any(output => output.KeepsOut("/src/app/" + path, itemType));

    private static TaskItem Step(params (string Name, string Value)[] metadata)
    {
        var step = new TaskItem("a", new Dictionary<string, string> { ["BeforeTargets"] = "CoreCompile" });
        foreach (var (name, value) in metadata)
        {
            step.SetMetadata(name, value);
        }

        return step;
    }
}
