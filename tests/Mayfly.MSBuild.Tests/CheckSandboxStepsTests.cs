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

    [Fact]
    public void StepsComeBackInTheirOrderAsTheyWere()
    {
        var task = Check(Step("b", ("DependsOn", "a")), Step("a", ("Command", "x %3b y")));

        Assert.True(task.Execute());

        Assert.Equal(["a", "b"], task.Ordered.Select(step => step.ItemSpec));
        Assert.Equal("x ; y", task.Ordered[0].GetMetadata("Command"));
    }

    [Fact]
    public void ACircleIsAnError() =>
        Assert.Contains("a -> b -> a", Assert.Single(Faults(Step("a", ("DependsOn", "b")), Step("b", ("DependsOn", "a")))), StringComparison.Ordinal);

    [Fact]
    public void AnItemThatBelongsToNoStepIsAnError()
    {
        var task = Check(Step("bins"), Step("texts"));
        task.Inputs = [Part("a.csv", "BINS"), Part("b.csv", "bin"), Part("b2.csv", "bin")];
        task.Outputs = [Part("c.cs", "")];
        task.Layers = [Part("d/", "bins;texts")];

        Assert.False(task.Execute());

        var errors = ((RecordingEngine)task.BuildEngine).Errors;
        Assert.All(errors, error => Assert.Equal("MAY1108", error.Code));
        Assert.Collection(
            errors.Select(error => error.Message!),
            message => Assert.StartsWith("the SandboxStepInput 'b.csv' belongs to the step 'bin', which does not exist", message, StringComparison.Ordinal),
            message => Assert.StartsWith("the SandboxStepOutput 'c.cs' has no Step", message, StringComparison.Ordinal),
            message => Assert.StartsWith("the SandboxStepLayer 'd/' belongs to the step 'bins;texts'", message, StringComparison.Ordinal));
        Assert.All(errors, error => Assert.Contains("There are: bins, texts.", error.Message, StringComparison.Ordinal));
    }

    private static TaskItem Part(string include, string step) => new(include, new Dictionary<string, string> { ["Step"] = step });

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
        var task = Check(steps);
        var engine = (RecordingEngine)task.BuildEngine;
        var succeeded = task.Execute();

        Assert.Equal(engine.Errors.Count == 0, succeeded);
        Assert.All(engine.Errors, error => Assert.Equal("MAY1108", error.Code));
        return engine.Errors.Select(error => error.Message!);
    }

    private static CheckSandboxSteps Check(params TaskItem[] steps) => new()
    {
        BuildEngine = new RecordingEngine(),
        Steps = steps,
        BeforeAnchors = ["BeforeBuild", "CoreCompile"],
        AfterAnchors = ["Build"],
        AnchorOrder = ["before BeforeBuild", "before CoreCompile", "after Build"],
    };
}
