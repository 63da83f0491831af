namespace Mayfly.Chaos;

/// <summary>Who is killed in a round.</summary>
[Flags]
internal enum Victims
{
    /// <summary>Nobody: the measure of an undisturbed life.</summary>
    None = 0,

    /// <summary>The .NET process.</summary>
    Owner = 1,

    /// <summary>The sandbox's warden.</summary>
    Warden = 2,

    /// <summary>The hypervisor.</summary>
    Monitor = 4,

    /// <summary>The .NET process, while it makes the guest's image.</summary>
    ImageOwner = 8,
}
