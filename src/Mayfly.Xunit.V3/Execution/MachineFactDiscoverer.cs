using Xunit.Sdk;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds the test cases of <see cref="GuestFactAttribute"/> and <see cref="SandboxFactAttribute"/>. No machine is needed for that.</summary>
internal sealed class MachineFactDiscoverer : FactDiscoverer
{
    /// <inheritdoc/>
    public override async ValueTask<IReadOnlyCollection<IXunitTestCase>> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, IXunitTestMethod testMethod, IFactAttribute factAttribute) =>
        MachineTestCases.Of(await base.Discover(discoveryOptions, HostTestMethod.Of(testMethod), factAttribute).ConfigureAwait(false));
}
