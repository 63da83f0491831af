namespace Mayfly.Hypervisors;

/// <summary>One running virtual machine. Disposal kills it, waits until it is gone and is safe to repeat.</summary>
internal interface IMachine : IAsyncDisposable
{
    /// <summary>The monitor's process id.</summary>
    int ProcessId { get; }

    /// <summary>The monitor's program and arguments, quoted for a shell; empty where there are none to tell.</summary>
    string CommandLine => "";

    /// <summary>What the guest wrote to its console.</summary>
    ConsoleLog Console { get; }

    /// <summary>Which limits hold.</summary>
    MachineLimitReport Limits { get; }

    /// <summary>The ports of the host that lead into the guest, as they have been bound; in the order of the card's.</summary>
    IReadOnlyList<MappedPort> Ports => [];

    /// <summary>
    /// Stops the machine, whose memory must be <see cref="RecordedMemory"/>, and writes the state of its processors and devices
    /// to a new file, for the owner alone. It does not go on afterwards.
    /// </summary>
    /// <exception cref="SandboxImageException">MAY5005: the monitor refuses.</exception>
    Task SaveAsync(string statePath, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Completes when the machine has ended, for whatever reason; never faults.</summary>
    Task<SandboxEnd> Ended { get; }
}
