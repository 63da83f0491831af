using Mayfly.Xunit.Guests;
using Xunit;
using Xunit.Sdk;

namespace Mayfly.Xunit;

/// <summary>
/// A test whose body runs inside a fresh machine, as root and with a kernel of its own, with its class, its fixtures and its data. What
/// it does to the machine, up to its death, concerns no other test. Where the host can't run sandboxes it is skipped with the
/// reason, or fails where <c>MAYFLY_REQUIRE=1</c> says so. Otherwise as xUnit's own fact.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Mayfly.Xunit.Execution.GuestFactDiscoverer", "Mayfly.Xunit")]
public sealed class GuestFactAttribute : FactAttribute, IGuestTestOptions
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
