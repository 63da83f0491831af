namespace Mayfly;

/// <summary>What a layer is made from.</summary>
public enum SandboxLayerSource
{
    /// <summary>A folder.</summary>
    Folder = 0,

    /// <summary>A tar archive.</summary>
    Tar = 1,

    /// <summary>A program with what it needs to run.</summary>
    Tool = 2,

    /// <summary>The .NET of the host's that an application needs.</summary>
    Dotnet = 3,
}
