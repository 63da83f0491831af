namespace Mayfly.Supervision;

/// <summary>How the program under a warden ended.</summary>
/// <param name="Kind">Which way.</param>
/// <param name="Number">The exit code or the signal; 0 with the kinds that have none.</param>
internal sealed record WardenEnd(WardenEndKind Kind, int Number)
{
    /// <summary>The end as words.</summary>
    public override string ToString() => Kind switch
    {
        WardenEndKind.Exited => $"exited with code {Number}",
        WardenEndKind.Signalled => $"was ended by signal {Number}",
        WardenEndKind.OutOfMemory => "was killed because it used more of the host's memory than its limit",
        WardenEndKind.Expired => "was ended because the sandbox's lifetime was over",
        WardenEndKind.Removed => "was ended because somebody has removed the sandbox",
        _ => "was lost together with its warden",
    };
}
