namespace Mayfly.Layers;

/// <summary>What an entry of a layer is.</summary>
internal enum LayerEntryKind
{
    /// <summary>A folder.</summary>
    Folder = 0,

    /// <summary>A file.</summary>
    File = 1,

    /// <summary>A symbolic link.</summary>
    Link = 2,

    /// <summary>Another name of a file that came before.</summary>
    OtherName = 3,
}
