using Mayfly.Xunit;
using Xunit;

namespace Mayfly.Benchmarks.GuestFacts;

/// <summary>A test that does as good as nothing, by each way to run it, as many times as one likes.</summary>
public sealed class TrivialTests
{
    /// <summary>How many tests there are of a kind.</summary>
    internal const int Rows = 100;

    /// <summary>The numbers of the tests.</summary>
    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Rows)];

    /// <summary>In a machine of its own.</summary>
    /// <param name="number">Tells the tests apart.</param>
    [GuestTheory]
    [MemberData(nameof(Numbers))]
    public void Fresh(int number) => Require(number);

    /// <summary>In a machine for all of them.</summary>
    /// <param name="number">Tells the tests apart.</param>
    [GuestTheory(Isolation = GuestIsolation.Class)]
    [MemberData(nameof(Numbers))]
    public void Shared(int number) => Require(number);

    private static void Require(int number)
    {
        if (number is < 0 or >= Rows)
        {
            throw new InvalidOperationException($"there is no test {number}");
        }
    }
}
