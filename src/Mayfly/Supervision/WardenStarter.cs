using Mayfly.Protocol.Supervision;

namespace Mayfly.Supervision;

/// <summary>Begins the supervision of a new sandbox: after this, whatever is made for it goes with this process.</summary>
internal static class WardenStarter
{
    private const int MaxCommandChars = 200;

    /// <summary>Clears what dead owners left, once per process, and starts a warden with the sandbox's directory.</summary>
    /// <param name="agentPath">The native agent.</param>
    /// <param name="id">The sandbox's id.</param>
    /// <param name="machine">What the machine is made of, in words, for <c>mayfly ps</c>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing of it is left.</param>
    /// <exception cref="SandboxConfigurationException">The runtime directory is unsafe or can't be made.</exception>
    /// <exception cref="MayflyException">The sandbox's directory can't be made (MAY1020).</exception>
    public static Task<Warden> StartAsync(string agentPath, string id, string machine, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(agentPath, RuntimeRoot.Open(), id, machine, time, cancellationToken);

    internal static async Task<Warden> StartAsync(string agentPath, string root, string id, string machine, TimeProvider time, CancellationToken cancellationToken)
    {
        await Reaper.ReapOnceAsync(agentPath, root).WaitAsync(cancellationToken).ConfigureAwait(false);
        var facts = new SandboxFacts
        {
            Id = id,
            Created = time.GetUtcNow(),
            OwnerCommand = Shorten(Environment.CommandLine),
            Machine = machine,
        };
        return (await Warden.TryStartAsync(agentPath, root, facts, most: null, cancellationToken).ConfigureAwait(false))!;
    }

    private static string Shorten(string command) => command[..Math.Min(command.Length, MaxCommandChars)];
}
