namespace Mayfly.Cli.Reports;

/// <summary>A forward through the session, as it was opened. A reverse one leads from the guest to the host.</summary>
internal sealed record ForwardSection(string HostAddress, int HostPort, int GuestPort, bool Reverse)
{
    /// <summary>Maps the library's.</summary>
    public static ForwardSection Of(SandboxForward forward) => new(
        forward.LocalEndPoint.Address.ToString(), forward.LocalEndPoint.Port, forward.GuestPort, forward.IsReverse);
}
