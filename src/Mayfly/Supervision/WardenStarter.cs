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

    /// <summary>The same for a sandbox of a user's, which may have a name.</summary>
    /// <param name="agentPath">The native agent.</param>
    /// <param name="id">The sandbox's id.</param>
    /// <param name="machine">What the machine is made of, in words, for <c>mayfly ps</c>.</param>
    /// <param name="options">Its name, and the clock.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing of it is left.</param>
    /// <exception cref="SandboxConfigurationException">
    /// The runtime directory is unsafe or can't be made, or another sandbox has the name (MAY1022).
    /// </exception>
    /// <exception cref="MayflyException">The sandbox's directory can't be made (MAY1020).</exception>
    public static Task<Warden> StartAsync(string agentPath, string id, string machine, SandboxOptions options, CancellationToken cancellationToken) =>
        StartAsync(agentPath, RuntimeRoot.Open(), Facts(id, machine, options), cancellationToken);

    /// <summary>The same once there is a place for the sandbox.</summary>
    /// <param name="agentPath">The native agent.</param>
    /// <param name="id">The sandbox's id.</param>
    /// <param name="machine">What the machine is made of, in words, for <c>mayfly ps</c>.</param>
    /// <param name="options">Its name, how many there may be, who hears of the wait, and the clock.</param>
    /// <param name="cancellationToken">Ends the wait and the attempt; nothing of it is left.</param>
    /// <exception cref="SandboxConfigurationException">
    /// The runtime directory is unsafe or can't be made, there is no place (MAY1021), or another sandbox has the name (MAY1022).
    /// </exception>
    /// <exception cref="MayflyException">The sandbox's directory can't be made (MAY1020).</exception>
    public static Task<Warden> AdmitAsync(string agentPath, string id, string machine, SandboxOptions options, CancellationToken cancellationToken) =>
        AdmitAsync(agentPath, RuntimeRoot.Open(), id, machine, options, cancellationToken);

    internal static async Task<Warden> AdmitAsync(
        string agentPath,
        string root,
        string id,
        string machine,
        SandboxOptions options,
        CancellationToken cancellationToken)
    {
        if (options.Limits.Sandboxes is not { } most)
        {
            return await StartAsync(agentPath, root, Facts(id, machine, options), cancellationToken).ConfigureAwait(false);
        }

        await Reaper.ReapOnceAsync(agentPath, root).WaitAsync(cancellationToken).ConfigureAwait(false);
        var places = new SandboxPlaces(agentPath, root, options.TimeProvider);
        return await places.AdmitAsync(
            () => Warden.TryStartAsync(agentPath, root, Facts(id, machine, options), most, cancellationToken),
            options.Limits,
            options.Progress,
            cancellationToken).ConfigureAwait(false);
    }

    internal static Task<Warden> StartAsync(string agentPath, string root, string id, string machine, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(agentPath, root, Facts(id, machine, time), cancellationToken);

    private static async Task<Warden> StartAsync(string agentPath, string root, SandboxFacts facts, CancellationToken cancellationToken)
    {
        await Reaper.ReapOnceAsync(agentPath, root).WaitAsync(cancellationToken).ConfigureAwait(false);
        return (await Warden.TryStartAsync(agentPath, root, facts, most: null, cancellationToken).ConfigureAwait(false))!;
    }

    private static SandboxFacts Facts(string id, string machine, SandboxOptions options) =>
        Facts(id, machine, options.TimeProvider) with { Name = options.Name, IsKept = options.Kept };

    private static SandboxFacts Facts(string id, string machine, TimeProvider time) => new()
    {
        Id = id,
        Created = time.GetUtcNow(),
        OwnerCommand = Shorten(Environment.CommandLine),
        Machine = machine,
    };

    private static string Shorten(string command) => command[..Math.Min(command.Length, MaxCommandChars)];
}
