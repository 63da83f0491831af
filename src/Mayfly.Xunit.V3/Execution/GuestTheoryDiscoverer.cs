using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds the test cases of <see cref="GuestTheoryAttribute"/>: one per row where rows can be told apart.</summary>
internal sealed class GuestTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        GuestTestCases.Of(await base.Discover(discoveryOptions, HostTestMethod.Of(testMethod), factAttribute).ConfigureAwait(false));
}
