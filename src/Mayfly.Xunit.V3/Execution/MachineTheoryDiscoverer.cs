using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds the test cases of <see cref="GuestTheoryAttribute"/> and <see cref="SandboxTheoryAttribute"/>: one per row where rows can be told apart.</summary>
internal sealed class MachineTheoryDiscoverer : TheoryDiscoverer
{
    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        MachineTestCases.Of(await base.Discover(discoveryOptions, HostTestMethod.Of(testMethod), factAttribute).ConfigureAwait(false));
}
