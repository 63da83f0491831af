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
            ?? throw new InvalidOperationException($"The theory has {rows.Count} rows in the guest, but had row {row} on the host: its data must be the same whenever it is asked for.");
        return [new XunitTest(this, test.TestMethod, @explicit: false, null, null, null, null, test.TestDisplayName, row, test.Traits, timeout: 0, test.TestMethodArguments)];
    }
}
