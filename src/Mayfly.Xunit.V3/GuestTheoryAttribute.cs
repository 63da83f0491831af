using System.Runtime.CompilerServices;
using Mayfly.Xunit.Execution;
using Mayfly.Xunit.Guests;
using Xunit;
using Xunit.v3;

namespace Mayfly.Xunit;

/// <summary>
/// A test with data whose body runs inside a fresh machine, another one for each row; see <see cref="GuestFactAttribute"/>. Rows
/// that the discovery can't tell apart are enumerated on the host and again in the guest. Otherwise as xUnit's own theory.
/// </summary>
/// <param name="sourceFilePath">The file of the test; the compiler gives it.</param>
/// <param name="sourceLineNumber">The line of the test, counted from 1; the compiler gives it.</param>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer(typeof(MachineTheoryDiscoverer))]
public sealed class GuestTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
    : TheoryAttribute(sourceFilePath, sourceLineNumber), IGuestTestOptions
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
