using Mayfly.Supervision;

namespace Mayfly.Hypervisors;

/// <summary>Starts machines. One implementation per virtual machine monitor.</summary>
internal interface IHypervisor
{
    /// <summary>Its name and version for reports, such as <c>QEMU 7.2.22</c>.</summary>
    string Name { get; }

    /// <summary>
    /// What makes two machines of the same specification the same to a frozen state: the monitor's program, and all that it is
    /// told but for what is each machine's own.
    /// </summary>
    string Describe(MachineSpec spec);

    /// <summary>Which vsock devices its machines can have. May have to ask the monitor's program, so call it where it matters.</summary>
    /// <exception cref="SandboxConfigurationException">The program does not answer as it should (MAY1003).</exception>
    Task<VsockDevices> GetVsockDevicesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Starts the machine and returns once the monitor is in charge of it, before the guest has booted.
    /// </summary>
    /// <param name="spec">What it is made of.</param>
    /// <param name="warden">Starts the monitor and ends it, which the machine's disposal asks it for; so does its own.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxBootException">The monitor ended before it could be spoken to.</exception>
    Task<IMachine> StartAsync(MachineSpec spec, Warden warden, CancellationToken cancellationToken);
}
