namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class MixedFixture
{
    public MixedFixture() => Made.Count<MixedFixture>();
}
