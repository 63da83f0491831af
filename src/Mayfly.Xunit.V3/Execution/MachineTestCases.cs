using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Makes what xUnit has discovered test cases that run with machines. What it has found fault with stays as it is.</summary>
internal static class MachineTestCases
{
    /// <summary>The test cases of a method.</summary>
    public static IReadOnlyCollection<IXunitTestCase> Of(IReadOnlyCollection<IXunitTestCase> discovered) => [.. discovered.Select(Of)];

    private static IXunitTestCase Of(IXunitTestCase discovered) => discovered switch
    {
        XunitDelayEnumeratedTheoryTestCase theory => new MachineTheoryTestCase(theory),
        XunitTestCase test when test.GetType() == typeof(XunitTestCase) => new MachineTestCase(test),
        _ => discovered,
    };
}
