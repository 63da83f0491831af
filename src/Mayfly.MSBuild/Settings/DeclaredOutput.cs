namespace Mayfly.MSBuild.Settings;

/// <summary>A file or a folder that a command promises to produce.</summary>
/// <param name="HostPath">Where it lands; absolute, without a trailing slash.</param>
/// <param name="GuestPath">Where the command makes it; absolute.</param>
/// <param name="IsDirectory">Whether it was declared as a folder, by a trailing slash.</param>
internal sealed record DeclaredOutput(string HostPath, string GuestPath, bool IsDirectory)
{
    /// <summary>Whether files in it may have names that build tools obey.</summary>
    public bool AllowsConfigurationFiles { get; init; }
}
