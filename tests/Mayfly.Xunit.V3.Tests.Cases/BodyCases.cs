using System.Text;

namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class BodyCases(ITestOutputHelper output)
{
    public static bool IsGuest => GuestMachine.IsCurrent;

    // The reason to skip it holds in the guest only, and it is the host who decides.
    [GuestFact(Skip = "never where it matters", SkipWhen = nameof(IsGuest))]
    [Trait("Of", "body")]
    [Bracket]
    public async Task Passes()
    {
        Assert.True(IsGuest);
        Assert.Equal("root", Environment.UserName);
        output.WriteLine("to the helper");
        TestContext.Current.TestOutputHelper!.WriteLine("to the context");
        Console.WriteLine("to the console");
        TestContext.Current.AddWarning("a warning");
        TestContext.Current.AddAttachment("a text/of some kind", "attached");
        TestContext.Current.AddAttachment("bytes", Encoding.UTF8.GetBytes("attached too"));
        TestContext.Current.KeyValueStorage["key"] = "value";
        await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    [GuestFact]
    public void Fails() => throw new OddException("odder than ever");

    [GuestFact]
    public void Panics() => File.WriteAllText("/proc/sysrq-trigger", "c");

    [GuestFact]
    public void SkipsItself() => Assert.Skip("not in here");

    [GuestFact(Skip = "not today")]
    public void IsSkipped()
    {
    }

    [GuestFact(Skip = "not on a host", SkipUnless = nameof(IsGuest))]
    public void IsSkippedByTheHost()
    {
    }

    [GuestFact(Explicit = true)]
    public void IsExplicit()
    {
    }
}
