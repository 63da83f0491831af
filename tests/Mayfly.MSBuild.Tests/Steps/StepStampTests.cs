using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;
using Task = System.Threading.Tasks.Task;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class StepStampTests : IDisposable
{
    private const string Digest = "e3b0";

    private readonly TempDirectory _project = new();

    [Fact]
    public void AStampComesBackAsItWasWritten()
    {
        var stamp = new StepStamp(
            "abc",
            [new InputState("/in/a b%0A", 3, InputState.Unsettled, Digest)],
            [FileState.Of(_project.Write("a b.cs", "x")), FileState.Of(_project.Write("c\nout 1 1 - d.cs", "y")), FileState.Of(_project.Write("e\r%0Af%25", ""))]);

        stamp.Write(_project["obj/step.stamp"]);

        var read = StepStamp.Read(_project["obj/step.stamp"]);
        Assert.NotNull(read);
        Assert.Equal("abc", read.Key);
        Assert.Equal(stamp.Inputs, read.Inputs);
        Assert.Equal(stamp.Files, read.Files);
        Assert.True(read.IsCurrent("abc"));
        Assert.False(read.IsCurrent("abd"));
        Assert.False(read.IsCurrent(null));
    }

    [Fact]
    public void AChangedOrMissingOutputIsNotCurrent()
    {
        var path = _project.Write("a.cs", "x");
        var stamp = new StepStamp("k", [], [FileState.Of(path)]);

        File.WriteAllText(path, "longer");
        Assert.False(stamp.IsCurrent("k"));

        File.Delete(path);
        Assert.False(stamp.IsCurrent("k"));
    }

    [Fact]
    public void AnInvalidStampIsNotCurrentAndStillNamesItsFiles()
    {
        var stamp = new StepStamp("k", [], [FileState.Of(_project.Write("a.cs", "x"))]);
        stamp.Write(_project["step.stamp"]);

        StepStamp.Invalidate(_project["step.stamp"]);
        StepStamp.Invalidate(_project["absent.stamp"]);

        var read = StepStamp.Read(_project["step.stamp"]);
        Assert.NotNull(read);
        Assert.False(read.IsCurrent("k"));
        Assert.Equal(stamp.Files, read.Files);
        Assert.False(File.Exists(_project["absent.stamp"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mayfly step 2")]
    [InlineData("mayfly step 1\nk\n1 1 /a")]
    [InlineData("mayfly step 2\nk")]
    [InlineData("mayfly step 2\nk\nnonsense\nend 1")]
    [InlineData("mayfly step 2\nk\nout 1 x - /a\nend 1")]
    [InlineData("mayfly step 2\nk\nother 1 1 - /a\nend 1")]
    [InlineData("mayfly step 2\nk\nout 1 1 - /a")]
    [InlineData("mayfly step 2\nk\nout 1 1 - /a\nend 2")]
    public void ADamagedOrAnOlderStampCountsAsNone(string content) =>
        Assert.Null(StepStamp.Read(_project.Write("x.stamp", content)));

    [Fact]
    public async Task EverythingThatMakesTheOutputsIsInTheKey()
    {
        _project.Write("data/a.csv", "1");
        var keys = new List<string>
        {
            await KeyAsync(_ => { }),
            await KeyAsync(task => task.Command = "other"),
            await KeyAsync(task => task.EnvironmentVariables = ["A=1"]),
            await KeyAsync(task => task.EnvironmentVariables = ["A=2"]),
            await KeyAsync(task => task.WorkingDirectory = "data"),
            await KeyAsync(task => task.Memory = "256M"),
            await KeyAsync(task => task.Cpus = "2"),
            await KeyAsync(task => task.Acceleration = "Tcg"),
            await KeyAsync(task => task.Transport = "Serial"),
            await KeyAsync(task => task.Network = "user"),
            await KeyAsync(task => task.Timeout = "5000"),
            await KeyAsync(task => task.IgnoreExitCode = true),
            await KeyAsync(task => task.CustomErrorRegularExpression = "x"),
            await KeyAsync(task => task.CustomWarningRegularExpression = "x"),
            await KeyAsync(task => task.Inputs = []),
            await KeyAsync(task => task.Layers = [new TaskItem("data")]),
            await KeyAsync(task => task.Layers = [Tool("sh")]),
            await KeyAsync(task => task.Layers = [Tool("no-such-program")]),
            await KeyAsync(task => task.Layers = [Tool("./no-such-file")]),
            await KeyAsync(task => task.Runtime = "dotnet"),
            await KeyAsync(task => task.NuGetPackages = "data"),
            await KeyAsync(task => task.Outputs = [new TaskItem("other.cs")]),
            await KeyAsync(task => task.AllowConfigurationFiles = true),
            await KeyAsync(_ => { }, "a"),
            await KeyAsync(_ => { }, "a", "b"),
            await KeyAsync(_ => { }, "b", "a"),
        };

        _project.Write("data/b.csv", "2");
        keys.Add(await KeyAsync(_ => { }));
        _project.Write("data/a.csv", "10");
        keys.Add(await KeyAsync(_ => { }));
#pragma warning disable CA1416 // Like the library's, the tests' host is Linux.
        File.SetUnixFileMode(_project["data/a.csv"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        keys.Add(await KeyAsync(_ => { }));
        Directory.CreateDirectory(_project["data/empty"]);
        keys.Add(await KeyAsync(_ => { }));
        File.Delete(_project["data/b.csv"]);
        keys.Add(await KeyAsync(_ => { }));
        File.CreateSymbolicLink(_project["data/b.csv"], "a.csv");
        keys.Add(await KeyAsync(_ => { }));
        File.Delete(_project["data/b.csv"]);
        Directory.CreateSymbolicLink(_project["data/b.csv"], "..");
        keys.Add(await KeyAsync(_ => { }));

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(await KeyAsync(_ => { }), await KeyAsync(_ => { }));
    }

    [Fact]
    public async Task ALinkIsFollowedWhereItIsTheInputAndCountsAsItselfBelowOne()
    {
        _project.Write("outside/a.csv", "1");
        Directory.CreateDirectory(_project["data"]);
        File.CreateSymbolicLink(_project["data/below"], "../outside/a.csv");
        File.CreateSymbolicLink(_project["input"], "outside/a.csv");
        Task<string> OfInputAsync() => KeyAsync(task => task.Inputs = [new TaskItem("input")]);
        var (tree, link) = (await KeyAsync(_ => { }), await OfInputAsync());

        _project.Write("outside/a.csv", "2");

        Assert.Equal(tree, await KeyAsync(_ => { }));
        Assert.NotEqual(link, await OfInputAsync());
    }

    [Fact]
    public void AnotherImageMakesAnotherKeyAndAnUnknownOneNone()
    {
        Assert.NotEqual(StepKey.WithImage("k", "one"), StepKey.WithImage("k", "two"));
        Assert.NotEqual(StepKey.WithImage("k", "one"), StepKey.WithImage("l", "one"));
        Assert.Null(StepKey.WithImage("k", null));
    }

    [Fact]
    public void EveryPropertyOfAMachineButHowItStartsIsAPartOfTheKey()
    {
        var plan = CommandPlan.Of(new SandboxExec(), new GuestLayout(_project.Path, [])).Machine;

        var properties = typeof(MachinePlan).GetProperties().Count(property => property.Name is not (nameof(MachinePlan.Cold) or nameof(MachinePlan.AllLayers)));

        Assert.Equal(properties, plan.Parts().Count);
    }

    [Fact]
    public async Task ATouchedInputIsReadAndTheStampRefreshedButTheStepStaysCurrent()
    {
        var input = _project.Write("data/a.csv", "1");
        File.SetLastWriteTimeUtc(input, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var output = _project.Write("gen.cs", "made");
        var first = Unit();
        Assert.False(await first.IsCurrentAsync("image", [], [], default));
        first.Remember("image", [output]);
        Assert.True(await Unit().IsCurrentAsync("image", [], [], default));
        var stamp = File.ReadAllText(_project["step.stamp"]);

        File.SetLastWriteTimeUtc(input, new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(await Unit().IsCurrentAsync("image", [], [], default));
        Assert.NotEqual(stamp, File.ReadAllText(_project["step.stamp"]));

        File.WriteAllText(input, "2");
        Assert.False(await Unit().IsCurrentAsync("image", [], [], default));

        // What can't be seen: another content of the same size under the old time stamp.
        File.SetLastWriteTimeUtc(input, new DateTime(2021, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.True(await Unit().IsCurrentAsync("image", [], [], default));

        Assert.False(await Unit().IsCurrentAsync("other image", [], [], default));
        Assert.False(await Unit().IsCurrentAsync("image", ["predecessor"], [], default));
        Assert.False(await Unit().IsCurrentAsync(null, [], [], default));
    }

    [Fact]
    public async Task WhatWasReadForAnotherUnitIsNotReadAgainButRemembered()
    {
        var input = _project.Write("data/a.csv", "1");
        File.SetLastWriteTimeUtc(input, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var (first, second) = (Unit(), Unit());
        await first.IsCurrentAsync("image", [], [], default);
        var told = first.Inputs.Select(state => state with { Sha256 = "told" }).ToList();

        await second.IsCurrentAsync("image", [], told, default);

        Assert.Equal(told, second.Inputs);
        Assert.NotEqual(first.Key, second.Key);
    }

    [Fact]
    public async Task AFileThatIsYoungerThanTheClocksTickIsReadAgain()
    {
        var input = _project.Write("data/a.csv", "1");
        var now = File.GetLastWriteTimeUtc(input);
        var first = Unit();
        await first.IsCurrentAsync("image", [], [], default);
        first.Remember("image", []);

        File.WriteAllText(input, "2");
        File.SetLastWriteTimeUtc(input, now);

        Assert.False(await Unit().IsCurrentAsync("image", [], [], default));
    }

    public void Dispose() => _project.Dispose();

    private StepUnit Unit() => new(Plan(_ => { }), _project["step.stamp"], null);

    private Task<string> KeyAsync(Action<SandboxExec> change, params string[] predecessors) =>
        StepKey.OfAsync(Plan(change), predecessors, new InputDigests([], TimeProvider.System), default);

    private static TaskItem Tool(string program) => new(program, new Dictionary<string, string> { ["Kind"] = "Tool" });

    private CommandPlan Plan(Action<SandboxExec> change)
    {
        var task = new SandboxExec { Command = "make", Inputs = [new TaskItem("data/")], Outputs = [new TaskItem("gen.cs")] };
        change(task);
        return CommandPlan.Of(task, new GuestLayout(_project.Path, []) { AllowsConfigurationFiles = task.AllowConfigurationFiles });
    }
}
