using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class StepOrderTests
{
    private static readonly string[] Anchors = ["before BeforeBuild", "before CoreCompile", "after Build"];

    [Theory]
    [InlineData("a b c", "a b c")]
    [InlineData("c:b b:a a d", "a b c d")]
    [InlineData("d a:C b c:b", "d b c a")]
    [InlineData("a:b;c d b:;  c", "d b c a")]
    public void AStepMovesBehindWhatItDependsOnAndNoOtherMoves(string steps, string expected) =>
        Assert.Equal(expected, string.Join(' ', StepOrder.Sort(Steps(steps))!.Select(step => step.ItemSpec)));

    [Theory]
    [InlineData("a:b b:a", "a b a")]
    [InlineData("x:a a:b;y y b:c c:a", "a b c a")]
    public void ACircleIsFoundAndNamed(string steps, string expected)
    {
        Assert.Null(StepOrder.Sort(Steps(steps)));
        Assert.Equal(expected, string.Join(' ', StepOrder.FindCycle(Steps(steps))));
    }

    [Theory]
    [InlineData("a b:a", null)]
    [InlineData("a:none b", "'none', which does not exist")]
    [InlineData("a:A", "depends on itself")]
    public void ADependencyIsAnotherStep(string steps, string? fault)
    {
        var items = Steps(steps);

        var faults = items.SelectMany(item => StepOrder.FaultsOf(item, items, Anchors)).ToList();

        Assert.Equal(fault is null ? 0 : 1, faults.Count);
        Assert.All(faults, found => Assert.Contains(fault!, found, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("BeforeTargets", "BeforeBuild", true)]
    [InlineData("BeforeTargets", "corecompile", false)]
    [InlineData("AfterTargets", "Build", false)]
    public void AStepDoesNotDependOnOneThatTheBuildReachesLater(string relation, string anchor, bool isFault)
    {
        var items = Steps("a:b b");
        items[1].SetMetadata("BeforeTargets", "CoreCompile");
        items[0].SetMetadata(relation, anchor);

        var faults = StepOrder.FaultsOf(items[0], items, Anchors).ToList();

        Assert.Equal(isFault, faults.Count == 1);
    }

    private static TaskItem[] Steps(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Step)];

    private static TaskItem Step(string text)
    {
        var parts = text.Split(':');
        var step = new TaskItem(parts[0]);
        step.SetMetadata("DependsOn", parts.Length > 1 ? parts[1] : "");
        return step;
    }
}
