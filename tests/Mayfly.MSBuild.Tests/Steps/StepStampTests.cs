using Mayfly.MSBuild.Settings;
using Mayfly.MSBuild.Steps;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class StepStampTests : IDisposable
{
    private readonly TempDirectory _project = new();

    [Fact]
    public void AStampComesBackAsItWasWritten()
    {
        var stamp = new StepStamp("abc", [FileState.Of(_project.Write("a b.cs", "x")), FileState.Of(_project.Write("c.cs", "y"))]);

        stamp.Write(_project["obj/step.stamp"]);

        var read = StepStamp.Read(_project["obj/step.stamp"]);
        Assert.NotNull(read);
        Assert.Equal("abc", read.Key);
        Assert.Equal(stamp.Files, read.Files);
        Assert.True(read.IsCurrent("abc"));
        Assert.False(read.IsCurrent("abd"));
    }

    [Fact]
    public void AChangedOrMissingOutputIsNotCurrent()
    {
        var path = _project.Write("a.cs", "x");
        var stamp = new StepStamp("k", [FileState.Of(path)]);

        File.WriteAllText(path, "longer");
        Assert.False(stamp.IsCurrent("k"));

        File.Delete(path);
        Assert.False(stamp.IsCurrent("k"));
    }

    [Fact]
    public void AnInvalidStampIsNotCurrentAndStillNamesItsFiles()
    {
        var stamp = new StepStamp("k", [FileState.Of(_project.Write("a.cs", "x"))]);
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
    [InlineData("mayfly step 1")]
    [InlineData("mayfly step 2\nk")]
    [InlineData("mayfly step 1\nk\nnonsense")]
    [InlineData("mayfly step 1\nk\n1 x /a")]
    public void ADamagedStampCountsAsNone(string content) =>
        Assert.Null(StepStamp.Read(_project.Write("x.stamp", content)));

    [Fact]
    public void EverythingThatMakesTheOutputsIsInTheKey()
    {
        _project.Write("data/a.csv", "1");
        var keys = new List<string>
        {
            Key(_ => { }),
            Key(task => task.Command = "other"),
            Key(task => task.EnvironmentVariables = ["A=1"]),
            Key(task => task.EnvironmentVariables = ["A=2"]),
            Key(task => task.WorkingDirectory = "data"),
            Key(task => task.Memory = "256M"),
            Key(task => task.Timeout = "5000"),
            Key(task => task.IgnoreExitCode = true),
            Key(task => task.Inputs = []),
            Key(task => task.Outputs = [new TaskItem("other.cs")]),
        };

        _project.Write("data/b.csv", "2");
        keys.Add(Key(_ => { }));
        _project.Write("data/a.csv", "10");
        keys.Add(Key(_ => { }));
        File.Delete(_project["data/b.csv"]);
        keys.Add(Key(_ => { }));

        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(Key(_ => { }), Key(_ => { }));
    }

    public void Dispose() => _project.Dispose();

    private string Key(Action<SandboxExec> change)
    {
        var task = new SandboxExec { Command = "make", Inputs = [new TaskItem("data/")], Outputs = [new TaskItem("gen.cs")] };
        change(task);
        return StepKey.Of(CommandPlan.Of(task, new GuestLayout(_project.Path, [])));
    }
}
