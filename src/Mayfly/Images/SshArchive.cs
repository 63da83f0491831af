using Mayfly.Images.Initramfs;

namespace Mayfly.Images;

/// <summary>Writes <see cref="SshFileList"/> to a sandbox's archive.</summary>
internal static class SshArchive
{
    /// <summary>Writes the files, and before the first of each folder the folder.</summary>
    /// <exception cref="ArgumentException">The host key is none.</exception>
    public static async Task WriteAsync(CpioArchive archive, SshGuestFiles files, CancellationToken cancellationToken)
    {
        string? last = null;
        foreach (var file in SshFileList.Create(files))
        {
            var folder = Path.GetDirectoryName(file.Path)!;
            if (folder != last)
            {
                await archive.AddDirectoryAsync(folder, new CpioOwner((uint)file.FolderMode, file.UserId, file.GroupId), cancellationToken).ConfigureAwait(false);
                last = folder;
            }

            await archive.AddFileAsync(file.Path, file.Content, new CpioOwner((uint)file.Mode, file.UserId, file.GroupId), cancellationToken).ConfigureAwait(false);
        }
    }
}
