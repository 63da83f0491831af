using Mayfly.Xunit.Guests;
using Xunit;
using Xunit.Sdk;

namespace Mayfly.Xunit;

/// <summary>
/// A test with data whose body runs inside a fresh machine, another one for each row; see <see cref="GuestFactAttribute"/>. Rows
/// that the discovery can't tell apart are enumerated on the host and again in the guest. Otherwise as xUnit's own theory.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Mayfly.Xunit.Execution.GuestTheoryDiscoverer", "Mayfly.Xunit")]
public sealed class GuestTheoryAttribute : TheoryAttribute, IGuestTestOptions
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

    /// <inheritdoc/>
    double IGuestTestOptions.TimeoutSeconds => Timeout > 0 ? Timeout / 1000.0 : TimeoutSeconds;
}
