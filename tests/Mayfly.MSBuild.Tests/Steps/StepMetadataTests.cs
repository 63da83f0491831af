using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class StepMetadataTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("false", false)]
    [InlineData("True", true)]
    public void AStepIsColdWhereItSaysSo(string text, bool expected)
    {
        var task = Apply(text);

        Assert.Equal(expected, task.Cold);
        Assert.Equal(expected, CommandPlan.Of(task, new GuestLayout("/src/app", [])).Machine.Cold);
    }

    [Fact]
    public void WhatIsNeitherTrueNorFalseIsAnError() => Assert.Throws<SandboxConfigurationException>(() => Apply("warm"));

    [Fact]
    public void HowAMachineStartsIsNoReasonToRunAStepAgain()
        => Assert.Equal(StepKey.Of(CommandPlan.Of(Apply("true"), new GuestLayout("/src/app", []))), StepKey.Of(CommandPlan.Of(Apply("false"), new GuestLayout("/src/app", []))));

    private static SandboxExec Apply(string cold)
    {
        var step = new TaskItem("step");
        step.SetMetadata("Command", "true");
        step.SetMetadata("Cold", cold);
        var task = new SandboxExec();
        StepMetadata.Apply(step, task);
        return task;
    }
}
