namespace Mayfly.Cli.Reports;

/// <summary>What the guest said of itself.</summary>
internal sealed record GuestSection(string Kernel, string Architecture, string HostName, long UptimeMs, IReadOnlyList<string> Warnings)
{
    /// <summary>Maps the library's report.</summary>
    public static GuestSection Of(GuestInfo guest) =>
        new(guest.KernelRelease, guest.Architecture, guest.HostName, (long)guest.Uptime.TotalMilliseconds, guest.Warnings);
}
