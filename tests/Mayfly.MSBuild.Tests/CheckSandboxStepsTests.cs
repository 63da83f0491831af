using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests;

public sealed class CheckSandboxStepsTests
{
    [Fact]
    public void StepsWithoutFaultPass() => Assert.Empty(Faults(Step("a"), Step("b-2.x", ("BeforeTargets", ""), ("AfterTargets", "build"))));

    [Theory]
    [InlineData("BeforeTargets", "Link", "BeforeBuild, CoreCompile")]
    [InlineData("BeforeTargets", "", "needs either")]
    [InlineData("AfterTargets", "Build", "needs either")]
    [InlineData("Command", " ", "no Command")]
    [InlineData("Output", "x", "means nothing")]
    public void AFaultIsNamedWithWhatIsPossible(string name, string value, string expected) =>
        Assert.Contains(expected, Assert.Single(Faults(Step("a", (name, value)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("../x")]
    [InlineData("a b")]
    [InlineData(".hidden")]
    public void ANameIsFitForAFile(string name) => Assert.Contains("needs a name", Assert.Single(Faults(Step(name))), StringComparison.Ordinal);

    [Fact]
    public void NamesAreUnique() => Assert.Contains("exists 2 times", Assert.Single(Faults(Step("a"), Step("A"))), StringComparison.Ordinal);

    private static TaskItem Step(string name, params (string Name, string Value)[] metadata)
    {
        var step = new TaskItem(name);
        step.SetMetadata("Command", "true");
        step.SetMetadata("BeforeTargets", "CoreCompile");
        foreach (var (key, value) in metadata)
        {
            step.SetMetadata(key, value);
        }

        return step;
    }

    private static IEnumerable<string> Faults(params TaskItem[] steps)
    {
        var engine = new RecordingEngine();
        var task = new CheckSandboxSteps
        {
            BuildEngine = engine,
            Steps = steps,
            BeforeAnchors = ["BeforeBuild", "CoreCompile"],
            AfterAnchors = ["Build"],
        };
        var succeeded = task.Execute();

        Assert.Equal(engine.Errors.Count == 0, succeeded);
        Assert.All(engine.Errors, error => Assert.Equal("MAY1108", error.Code));
        return engine.Errors.Select(error => error.Message!);
    }
}
