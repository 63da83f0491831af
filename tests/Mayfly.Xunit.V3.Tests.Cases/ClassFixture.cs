namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class ClassFixture
{
    public ClassFixture() => Made.Count<ClassFixture>();
}
