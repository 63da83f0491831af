using Xunit;
using Xunit.Sdk;

namespace Mayfly.Xunit;

/// <summary>
/// A test that drives a sandbox: a fresh one, unless its <see cref="SandboxFixture"/> says otherwise. It has a deadline
/// that really ends it; when it fails, its output shows the commands it ran and the consoles of its sandboxes; where the
/// host can't run sandboxes it is skipped with the reason, or fails where <c>MAYFLY_REQUIRE=1</c> says so. Otherwise as
/// xUnit's own fact.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Mayfly.Xunit.Execution.SandboxFactDiscoverer", "Mayfly.Xunit")]
public sealed class SandboxFactAttribute : FactAttribute
{
    /// <summary>
    /// Seconds the test may take from its constructor to its disposal, without the start of its fixture's sandbox.
    /// Default 120; more than 0 and at most 86400. Takes the place of xUnit's Timeout, which can't end a test that blocks.
    /// </summary>
    public double TimeoutSeconds { get; set; } = 120;
}
