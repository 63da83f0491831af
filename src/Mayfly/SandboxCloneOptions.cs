namespace Mayfly;

/// <summary>What is each clone's own; the rest is its template's.</summary>
public sealed record SandboxCloneOptions
{
    /// <summary>As <see cref="SandboxOptions.Name"/>. Default: none.</summary>
    public string? Name { get; init; }

    /// <summary>As <see cref="SandboxOptions.HostName"/>. Default: the template's, else <c>mayfly-</c> and the clone's id.</summary>
    public string? HostName { get; init; }

    /// <summary>As <see cref="SandboxOptions.Limits"/>. Default: the template's.</summary>
    public SandboxLimits? Limits { get; init; }

    /// <summary>
    /// As <see cref="SandboxOptions.Layers"/>, where those without a <see cref="SandboxLayer.Slot"/> must be the template's. Default:
    /// the template's.
    /// </summary>
    public IReadOnlyList<SandboxLayer>? Layers { get; init; }

    /// <summary>As <see cref="SandboxOptions.Progress"/>. Default: the template's.</summary>
    public IProgress<SandboxProgress>? Progress { get; init; }

    /// <summary>As <see cref="SandboxOptions.Trace"/>. Default: nowhere.</summary>
    public SandboxTrace? Trace { get; init; }

    internal SandboxOptions Apply(SandboxOptions template) => template with
    {
        Name = Name,
        Kept = false,
        HostName = HostName ?? template.HostName,
        Limits = Limits ?? template.Limits,
        Layers = Layers ?? template.Layers,
        Progress = Progress ?? template.Progress,
        Trace = Trace,
    };
}
