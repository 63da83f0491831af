namespace Mayfly.Cli.Reports;

/// <summary>How the machine came up.</summary>
internal sealed record BootSection(string Hypervisor, string Accelerator, string Reason, string Transport, string TransportReason, string Limits, IReadOnlyList<string> MissingLimits, string Start, string StartReason, int Attempts, long Ms)
{
    /// <summary>Maps the library's report.</summary>
    public static BootSection Of(BootReport boot) => new(
        boot.Hypervisor,
        boot.Accelerator == Acceleration.Kvm ? "kvm" : "tcg",
        boot.AcceleratorReason,
        boot.Transport,
        boot.TransportReason,
        boot.Limits,
        boot.MissingLimits,
        boot.Start.ToString().ToLowerInvariant(),
        boot.StartReason,
        boot.Attempts,
        (long)boot.Duration.TotalMilliseconds);
}
