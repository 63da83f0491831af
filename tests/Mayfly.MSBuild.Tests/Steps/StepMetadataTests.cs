using System.Reflection;
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

    [Fact]
    public void EveryParameterOfATaskIsMetadataOfAStepOrHasAReasonNotToBe()
    {
        Dictionary<string, string> others = new()
        {
            [nameof(SandboxTask.ProjectFile)] = "the targets know it",
            [nameof(SandboxTask.ProjectDirectory)] = "the targets know it",
            [nameof(SandboxTask.StagingDirectory)] = "in the intermediate folder, where Clean looks for it",
            [nameof(SandboxTask.LogDirectory)] = "in the intermediate folder, where Clean looks for it",
            [nameof(SandboxTask.ConsoleToMSBuild)] = "an item has no output parameters",
            [nameof(SandboxTask.ExitCode)] = "a result",
        };
        var parameters = typeof(SandboxTask).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(property => property.CanWrite && !property.PropertyType.IsArray)
            .ToList();

        Assert.Equal(
            parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal),
            parameters.Select(parameter => parameter.Name).Where(StepMetadata.Known.Contains).Concat(others.Keys).Order(StringComparer.Ordinal));
        foreach (var parameter in parameters.Where(parameter => StepMetadata.Known.Contains(parameter.Name)))
        {
            var task = new SandboxExec();
            StepMetadata.Apply(new TaskItem("step", new Dictionary<string, string> { [parameter.Name] = "true" }), task);

            Assert.True(parameter.GetValue(task) is true or "true", $"{parameter.Name} is not applied");
        }
    }

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
