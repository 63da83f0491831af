using Mayfly.Xunit.V3.Tests.Cases;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>One run of all cases, at whose results the tests look, for machines are dear.</summary>
public sealed class WholeRun : IAsyncLifetime
{
    private CaseRun? _run;

    internal CaseRun Run => _run!;

    public async ValueTask InitializeAsync() => _run = await CaseRun.OfAsync(
        new Dictionary<string, string> { ["MAYFLY_REQUIRE"] = "1" },
        typeof(BodyCases),
        typeof(RowCases),
        typeof(SharedCases),
        typeof(MixedCases),
        typeof(BrokenEndCases));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
