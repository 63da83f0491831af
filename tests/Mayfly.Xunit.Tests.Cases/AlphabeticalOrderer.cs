using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Runs tests in the order of their names.</summary>
public sealed class AlphabeticalOrderer : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase =>
        testCases.OrderBy(test => test.DisplayName, StringComparer.Ordinal);
}
