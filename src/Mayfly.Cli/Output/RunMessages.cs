using System.Globalization;

namespace Mayfly.Cli.Output;

/// <summary>What is said when a machine has come up.</summary>
internal static class RunMessages
{
    /// <summary>
    /// Says once per run what the machine is, how its processor is provided, how it is reached, and why; and what a
    /// user needs to reach its network.
    /// </summary>
    public static void SayStarted(Sandbox sandbox, SandboxNetwork network)
    {
        Messages.Say(Describe(sandbox.Boot, sandbox.Guest));
        foreach (var limit in sandbox.Boot.MissingLimits)
        {
            Messages.Say($"a limit that was asked for does not hold here: {limit}");
        }

        if (network is TapNetwork && sandbox.Network.GuestAddress is { } address)
        {
            Messages.Say($"the guest's address is {address}");
        }

        foreach (var port in sandbox.Network.Ports)
        {
            Messages.Say($"published {port}");
        }

        foreach (var forward in sandbox.Forwards)
        {
            Messages.Say($"forwarding {forward}");
        }

        foreach (var warning in sandbox.Guest.Warnings)
        {
            Messages.Say($"the guest warns: {warning}");
        }
    }

    /// <summary>The one line about it.</summary>
    public static string Describe(BootReport boot, GuestInfo guest)
    {
        var accelerator = boot.Accelerator.ToString().ToUpperInvariant();
        var attempts = boot.Attempts > 1 ? $", {boot.Attempts} attempts" : "";
        var start = boot.Start switch
        {
            SandboxStart.Clone => "a clone",
            SandboxStart.Pool => "a clone from a pool",
            _ => "booted",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{boot.Hypervisor}, {accelerator} ({boot.AcceleratorReason}), {boot.Transport} ({boot.TransportReason}), Linux {guest.KernelRelease}, up in {boot.Duration.TotalSeconds:0.0} s{attempts}, {start} ({boot.StartReason})");
    }
}
