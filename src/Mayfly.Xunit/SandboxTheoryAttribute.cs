using Xunit;
using Xunit.Sdk;

namespace Mayfly.Xunit;

/// <summary>
/// A test with data that drives a sandbox; see <see cref="SandboxFactAttribute"/>. Each row is a test: it has its own sandbox
/// and its own deadline.
/// Otherwise as xUnit's own theory.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Mayfly.Xunit.Execution.SandboxTheoryDiscoverer", "Mayfly.Xunit")]
public sealed class SandboxTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="SandboxFactAttribute.TimeoutSeconds"/>
    public double TimeoutSeconds { get; set; } = 120;
}
