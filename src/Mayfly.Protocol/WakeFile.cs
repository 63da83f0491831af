namespace Mayfly.Protocol;

/// <summary>A file of one machine's own. Missing folders are made, 0755, root's; what is there is replaced.</summary>
/// <param name="Path">Its absolute path in the guest.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Content">What is in it.</param>
/// <param name="UserId">Its owner, and the owner of the folder it lies in where that is made for it.</param>
/// <param name="GroupId">The group.</param>
/// <param name="FolderMode">The permissions of the folder it lies in where that is made for it.</param>
public sealed record WakeFile(string Path, int Mode, byte[] Content, uint UserId = 0, uint GroupId = 0, int FolderMode = WakeFile.CommonFolder)
{
    /// <summary>The permissions of a folder that everybody may look into: 0755.</summary>
    public const int CommonFolder = 0b111_101_101;
}
