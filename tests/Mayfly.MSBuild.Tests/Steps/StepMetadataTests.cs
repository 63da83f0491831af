using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

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
    public async Task HowAMachineStartsIsNoReasonToRunAStepAgain() => Assert.Equal(await KeyAsync("true"), await KeyAsync("false"));

    private static Task<string> KeyAsync(string cold) =>
        StepKey.OfAsync(CommandPlan.Of(Apply(cold), new GuestLayout("/src/app", [])), [], new InputDigests([], TimeProvider.System), default);

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
