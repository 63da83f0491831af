namespace Mayfly.Xunit.V3.Tests.Cases;

public sealed class BrokenEndFixture : IDisposable
{
    public void Dispose() => throw new OddException("the end is odd");
}
