using System.Runtime.CompilerServices;
using Mayfly.Xunit.Execution;
using Xunit;
using Xunit.v3;

namespace Mayfly.Xunit;

/// <summary>
/// A test with data that drives a sandbox; see <see cref="SandboxFactAttribute"/>. Each row is a test: it has its own sandbox
/// and its own deadline.
/// Otherwise as xUnit's own theory.
/// </summary>
/// <param name="sourceFilePath">The file of the test; the compiler gives it.</param>
/// <param name="sourceLineNumber">The line of the test, counted from 1; the compiler gives it.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(MachineTheoryDiscoverer))]
public sealed class SandboxTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : TheoryAttribute(sourceFilePath, sourceLineNumber), ISandboxTestOptions
{
    /// <inheritdoc cref="SandboxFactAttribute.TimeoutSeconds"/>
    public double TimeoutSeconds { get; set; } = 120;
}
