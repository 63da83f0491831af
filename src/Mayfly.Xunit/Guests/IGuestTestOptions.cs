namespace Mayfly.Xunit.Guests;

/// <summary>What attributes say about the machine of a test.</summary>
internal interface IGuestTestOptions
{
    /// <summary>See <see cref="GuestDefaultsAttribute.TimeoutSeconds"/>.</summary>
    double TimeoutSeconds { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Isolation"/>.</summary>
    GuestIsolation Isolation { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Memory"/>.</summary>
    string? Memory { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Cpus"/>.</summary>
    int Cpus { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Network"/>.</summary>
    string? Network { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Image"/>.</summary>
    string? Image { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.Layers"/>.</summary>
    string[]? Layers { get; }

    /// <summary>See <see cref="GuestDefaultsAttribute.User"/>.</summary>
    string? User { get; }
}
