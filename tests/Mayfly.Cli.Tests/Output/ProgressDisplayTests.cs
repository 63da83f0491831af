using Mayfly.Cli.Output;

namespace Mayfly.Cli.Tests.Output;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly ManualTimer _timer = new();
    private readonly List<string> _shown = [];
    private readonly ProgressDisplay _display;

    public ProgressDisplayTests() => _display = new ProgressDisplay(
        _timer, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), _shown.Add, () => _shown.Add("<erased>"));

    public void Dispose() => _display.Dispose();

    [Fact]
    public void WorkThatIsDoneSoonIsNotMentioned()
    {
        _display.Report(new SandboxProgress("booting"));
        _display.Clear();
        _timer.Fire();

        Assert.Empty(_shown);
    }

    [Fact]
    public void LongWorkIsShownAtIntervalsHoweverOftenItReports()
    {
        for (var done = 1; done <= 100; done++)
        {
            _display.Report(new SandboxProgress("pushing", ByteSize.MiB(done), ByteSize.MiB(100)));
        }

        Assert.Equal((TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)), (_timer.Due, _timer.Period));
        _timer.Fire();
        _display.Clear();

        Assert.Equal(["pushing: 100.0 of 100.0 MiB", "<erased>"], _shown);
    }

    [Fact]
    public void ByteCountsAreShownAsFarAsTheyAreKnown()
    {
        Assert.Equal("a", ProgressDisplay.Describe(new SandboxProgress("a")));
        Assert.Equal("a: 1.5 MiB", ProgressDisplay.Describe(new SandboxProgress("a", ByteSize.KiB(1536))));
    }
}
