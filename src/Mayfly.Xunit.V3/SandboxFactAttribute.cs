using System.Runtime.CompilerServices;
using Mayfly.Xunit.Execution;
using Xunit;
using Xunit.v3;

namespace Mayfly.Xunit;

/// <summary>
/// A test that drives a sandbox: a fresh one, unless its <see cref="SandboxFixture"/> says otherwise. It has a deadline
/// that really ends it; when it fails, its output shows the commands it ran and the consoles of its sandboxes; where the
/// host can't run sandboxes it is skipped with the reason, or fails where <c>MAYFLY_REQUIRE=1</c> says so. Otherwise as
/// xUnit's own fact.
/// </summary>
/// <param name="sourceFilePath">The file of the test; the compiler gives it.</param>
/// <param name="sourceLineNumber">The line of the test, counted from 1; the compiler gives it.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(MachineFactDiscoverer))]
public sealed class SandboxFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), ISandboxTestOptions
{
    /// <summary>
    /// Seconds the test may take from its constructor to its disposal, without the start of its fixture's sandbox.
    /// Default 120; more than 0 and at most 86400. Takes the place of xUnit's Timeout, which can't end a test that blocks.
    /// </summary>
    public double TimeoutSeconds { get; set; } = 120;
}
