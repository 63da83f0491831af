using Mayfly.MSBuild.Steps;

namespace Mayfly.MSBuild.Tests.Steps;

public sealed class RunReasonTests : IDisposable
{
    private readonly TempDirectory _project = new();
    private readonly InputState _a = new("/src/a.csv", 1, 1, "aa");
    private readonly InputState _b = new("/src/b.csv", 1, 1, "bb");
    private readonly StepStamp _last;

    public RunReasonTests() => _last = new StepStamp("k", [_a, _b], [FileState.Of(_project.Write("gen.cs", "made"))]);

    [Fact]
    public void TheFirstInputThatDiffersIsNamed()
    {
        Assert.Equal("'b.csv' has changed", Reason(_last, [_a, _b with { Sha256 = "bc" }]));
        Assert.Equal("'c.csv' is a new input", Reason(_last, [_a, _b, _b with { Path = "/src/c.csv" }]));
        Assert.Equal("'b.csv' is no input any more", Reason(_last, [_a]));
    }

    [Fact]
    public void WhatWasOnlyTouchedIsNoReason() =>
        Assert.StartsWith("its command, its options or", Reason(_last, [_a with { ModifiedTicks = 9 }, _b]), StringComparison.Ordinal);

    [Fact]
    public void AnOutputThatIsNotAsItWasIsNamed()
    {
        _project.Write("gen.cs", "by hand");
        Assert.Equal("its output 'gen.cs' was changed", Reason(_last, [_a, _b]));

        File.Delete(_project["gen.cs"]);
        Assert.Equal("its output 'gen.cs' is missing", Reason(_last, [_a, _b]));
    }

    [Fact]
    public void AStepWithoutASuccessToCompareWithSaysSo()
    {
        Assert.Equal("it has never succeeded", Reason(null, [_a]));
        Assert.Equal("its last run did not come to an end", Reason(_last with { Key = "" }, [_a, _b]));
        Assert.Equal("the image of its machine is not there yet", RunReason.Find(_last, [_a, _b], isImageKnown: false, hasOutputs: true, Path.GetFileName!, otherwise: null));
        Assert.StartsWith("it has no outputs", RunReason.Find(null, [], isImageKnown: true, hasOutputs: false, Path.GetFileName!, otherwise: null), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatElseMakesItRunComesBehindItsOwnFiles()
    {
        Assert.Equal("others", RunReason.Find(_last, [_a, _b], isImageKnown: true, hasOutputs: true, Path.GetFileName!, "others"));
        Assert.Equal("'b.csv' is no input any more", RunReason.Find(_last, [_a], isImageKnown: true, hasOutputs: true, Path.GetFileName!, "others"));
    }

    public void Dispose() => _project.Dispose();

    private static string Reason(StepStamp? last, IReadOnlyList<InputState> inputs) =>
        RunReason.Find(last, inputs, isImageKnown: true, hasOutputs: true, Path.GetFileName!, otherwise: null);
}
