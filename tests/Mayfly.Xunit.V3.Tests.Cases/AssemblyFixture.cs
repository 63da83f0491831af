namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class AssemblyFixture
{
    public AssemblyFixture() => Made.Count<AssemblyFixture>();
}
