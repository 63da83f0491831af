using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds the test cases of <see cref="SandboxFactAttribute"/>.</summary>
internal sealed class SandboxFactDiscoverer(IMessageSink diagnosticMessageSink) : FactDiscoverer(diagnosticMessageSink)
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new SandboxTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}
