using Xunit.v3;

namespace Mayfly.Xunit.Worker;

/// <summary>One row of a theory whose rows are only known when it runs.</summary>
/// <param name="theory">The theory.</param>
/// <param name="row">Counted from 0.</param>
internal sealed class WorkerRowTestCase(XunitTestCase theory, int row) : XunitDelayEnumeratedTheoryTestCase(
    theory.TestMethod, theory.TestCaseDisplayName, theory.UniqueID, @explicit: false, skipTestWithoutData: false, theory.SkipExceptions, traits: theory.Traits)
{
    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<IXunitTest>> CreateTests()
    {
        var rows = await base.CreateTests().ConfigureAwait(false);
        var test = rows.ElementAtOrDefault(row)
            ?? throw new InvalidOperationException(
                $"The data of the theory have {rows.Count} rows in the guest, and this is number {row + 1} on the host. Rows that xUnit can't serialize are found in the guest by their number: let them depend on nothing that the guest does not have.");
        return [new XunitTest(this, test.TestMethod, @explicit: false, null, null, null, null, test.TestDisplayName, row, test.Traits, timeout: 0, test.TestMethodArguments)];
    }
}
