namespace SandboxedBuild;

/// <summary>Well-known ports. The table is the other half, which a step of the build generates in a microVM.</summary>
internal static partial class Ports
{
    /// <summary>The port of a service or of one of its other names; null where there is none.</summary>
    public static int? Find(string service, string protocol) =>
        Table.TryGetValue($"{service}/{protocol}", out var port) ? port : null;
}
