using Xunit;

namespace Mayfly.Benchmarks.GuestFacts;

/// <summary>The same test on the host.</summary>
public sealed class TrivialHostTests
{
    /// <summary>In this process.</summary>
    /// <param name="number">Tells the tests apart.</param>
    [Theory]
    [MemberData(nameof(TrivialTests.Numbers), MemberType = typeof(TrivialTests))]
    public void Host(int number)
    {
        if (number is < 0 or >= TrivialTests.Rows)
        {
            throw new InvalidOperationException($"there is no test {number}");
        }
    }
}
