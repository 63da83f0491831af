namespace Mayfly.Layers;

/// <summary>One entry of a layer's tree.</summary>
/// <param name="Path">Its place below the layer's root, without a slash at either end; empty for the root itself.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Its permissions, as the guest has them.</param>
/// <param name="Bytes">A file's length.</param>
/// <param name="Content">A file's SHA-256, a link's target, or the path of the file that this is another name of.</param>
internal sealed record LayerEntry(string Path, LayerEntryKind Kind, UnixFileMode Mode, long Bytes, string Content)
{
    private const UnixFileMode Least = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int PermissionBits = 0xfff;

    /// <summary>
    /// A mode as a layer has it. Its owner is root, who can read every file and enter every folder whatever their modes say;
    /// so that whoever makes the layer can do so too, they say it.
    /// </summary>
    public static UnixFileMode ModeOf(LayerEntryKind kind, int mode)
    {
        var permissions = (UnixFileMode)(mode & PermissionBits);
        return kind switch
        {
            LayerEntryKind.Folder => permissions | Least,
            LayerEntryKind.File => permissions | UnixFileMode.UserRead,
            _ => UnixFileMode.None,
        };
    }
}
