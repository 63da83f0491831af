using System.Runtime.CompilerServices;
using Mayfly.Xunit.Execution;
using Mayfly.Xunit.Guests;
using Xunit;
using Xunit.v3;

namespace Mayfly.Xunit;

/// <summary>
/// A test whose body runs inside a fresh machine, as root and with a kernel of its own, with its class, its fixtures and its data. What
/// it does to the machine, up to its death, concerns no other test. Where the host can't run sandboxes it is skipped with the
/// reason, or fails where <c>MAYFLY_REQUIRE=1</c> says so. Otherwise as xUnit's own fact.
/// </summary>
/// <param name="sourceFilePath">The file of the test; the compiler gives it.</param>
/// <param name="sourceLineNumber">The line of the test, counted from 1; the compiler gives it.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(MachineFactDiscoverer))]
public sealed class GuestFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : FactAttribute(sourceFilePath, sourceLineNumber), IGuestTestOptions
{
    /// <inheritdoc cref="GuestDefaultsAttribute.TimeoutSeconds"/>
    public double TimeoutSeconds { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Isolation"/>
    public GuestIsolation Isolation { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Memory"/>
    public string? Memory { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Cpus"/>
    public int Cpus { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Network"/>
    public string? Network { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Image"/>
    public string? Image { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.Layers"/>
    public string[]? Layers { get; set; }

    /// <inheritdoc cref="GuestDefaultsAttribute.User"/>
    public string? User { get; set; }
}
