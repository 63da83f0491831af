using System.Globalization;

namespace Mayfly.Agent.Warden;

/// <summary>What the binary is asked to do on the host.</summary>
/// <param name="Role">Which role.</param>
/// <param name="Root">The runtime directory, the directory to keep or to remove, or the socket; empty where there is none.</param>
/// <param name="Place">The sandbox; null for all of them.</param>
/// <param name="Most">How many sandboxes there may be below the root with this one.</param>
internal sealed record HostCommand(HostRole Role, string Root, SandboxPlace? Place, int Most = int.MaxValue)
{
    /// <summary>The process that a tether is made fast to.</summary>
    public int Owner { get; private init; }

    /// <summary>The program at a tether's other end, with its arguments.</summary>
    public IReadOnlyList<string> Program { get; private init; } = [];

    public const string Usage =
        """
        usage: mayfly-agent warden ROOT ID [MOST]   guards one sandbox until its standard input ends
               mayfly-agent list ROOT               says of each sandbox whether it lives
               mayfly-agent reap ROOT [ID]          releases what sandboxes without a living owner have left
               mayfly-agent end ROOT ID             ends one sandbox, whoever it belongs to
               mayfly-agent keep DIRECTORY          removes it when standard input ends
               mayfly-agent tether OWNER PROGRAM .. runs a program and ends it when the process OWNER, its parent, ends
               mayfly-agent session [DIRECTORY]     speaks the Mayfly session on its standard streams; removes DIRECTORY first
               mayfly-agent dial SOCKET             passes a connection to a Unix socket over its standard output
               (ROOT and DIRECTORY are absolute)
        """;

    /// <returns>The command; null where the arguments are not one.</returns>
    public static HostCommand? Parse(IReadOnlyList<string> arguments) => arguments switch
    {
        ["warden", var root, var id] => Of(HostRole.Warden, root, id),
        ["warden", var root, var id, var most] when int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 =>
            Of(HostRole.Warden, root, id) is { } command ? command with { Most = limit } : null,
        ["list", ['/', _, ..] root] => new HostCommand(HostRole.List, root, null),
        ["reap", ['/', _, ..] root] => new HostCommand(HostRole.Reap, root, null),
        ["reap", var root, var id] => Of(HostRole.Reap, root, id),
        ["end", var root, var id] => Of(HostRole.End, root, id),
        ["keep", ['/', _, ..] directory] => new HostCommand(HostRole.Keep, directory, null),
        ["tether", var owner, _, ..] when int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0 =>
            new HostCommand(HostRole.Tether, "", null) { Owner = process, Program = [.. arguments.Skip(2)] },
        ["session"] => new HostCommand(HostRole.Session, "", null),
        ["session", ['/', _, ..] directory] => new HostCommand(HostRole.Session, directory, null),
        ["dial", { Length: > 0 } socket] => new HostCommand(HostRole.Dial, socket, null),
        _ => null,
    };

    private static HostCommand? Of(HostRole role, string root, string id) =>
        SandboxPlace.TryCreate(root, id) is { } place ? new HostCommand(role, place.Root, place) : null;
}
