namespace Mayfly.Chaos;

/// <summary>What victims are called on the command line and in the table.</summary>
internal static class VictimNames
{
    /// <summary>All that can be asked for, in the order of the table.</summary>
    public static IReadOnlyList<Victims> All { get; } =
    [
        Victims.Owner,
        Victims.Warden,
        Victims.Monitor,
        Victims.Owner | Victims.Warden,
        Victims.Owner | Victims.Monitor,
        Victims.Warden | Victims.Monitor,
        Victims.ImageOwner,
    ];

    /// <summary>Its name, such as <c>owner+warden</c>.</summary>
    public static string Of(Victims victims) => victims == Victims.ImageOwner
        ? "image"
        : string.Join('+', new[] { Victims.Owner, Victims.Warden, Victims.Monitor }.Where(one => victims.HasFlag(one)).Select(one => one.ToString().ToLowerInvariant()));

    /// <summary>Those a name means; null where it means none.</summary>
    public static IReadOnlyList<Victims>? Parse(string name) =>
        name == "all" ? All : All.FirstOrDefault(victims => Of(victims) == name) is var found and not Victims.None ? [found] : null;
}
