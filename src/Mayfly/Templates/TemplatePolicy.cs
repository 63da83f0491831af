namespace Mayfly.Templates;

/// <summary>Which machines can be clones.</summary>
internal static class TemplatePolicy
{
    /// <summary>Why a machine of these options is booted; null for one that can be a clone.</summary>
    public static string? Objection(SandboxOptions options) => options.Cold
        ? "asked for"
        : Obstacle(options) is var (option, why) ? $"{option}: {why}" : null;

    /// <summary>What of the options stands against a clone, and why; null where nothing does.</summary>
    public static (string Option, string Why)? Obstacle(SandboxOptions options) => options switch
    {
        { InitramfsPath: not null } => (nameof(options.InitramfsPath), "an image of one's own has no agent that could give each clone an identity"),
        { Transport: SandboxTransport.Vsock or SandboxTransport.KernelVsock } => (nameof(options.Transport), "a vsock device can't be frozen"),
        { Network: var network } when network != SandboxNetwork.None => (nameof(options.Network), "a network card can't be shared by clones"),
        { Disks.Count: > 0 } => (nameof(options.Disks), "what a disk holds could change between a template and its clones"),
        _ => null,
    };
}
