using System.Collections.Concurrent;

namespace Mayfly.Xunit.V3.Tests.Cases;

/// <summary>What this process has made of each fixture, wherever it runs.</summary>
public static class Made
{
    private static readonly ConcurrentDictionary<Type, int> _counts = new();

    public static int CountOf<TFixture>() => _counts.GetValueOrDefault(typeof(TFixture));

    public static void Count<TFixture>() => _counts.AddOrUpdate(typeof(TFixture), 1, static (_, count) => count + 1);
}
