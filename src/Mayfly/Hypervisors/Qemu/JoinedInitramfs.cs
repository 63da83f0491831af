namespace Mayfly.Hypervisors.Qemu;

/// <summary>
/// Several cpio archives in one file, which is all that QEMU takes. Copying is left to the kernel (a reflink where the file
/// system has them), which is little beside the boot of a second or more that follows.
/// </summary>
internal static class JoinedInitramfs
{
    private const string FileName = "initramfs.cpio";

    /// <summary>The kernel wants each archive to start at a multiple of this, and skips zeros in between.</summary>
    private const int AlignmentBytes = 4;

    /// <summary>Removes the file from a sandbox's directory once the guest has it in its memory.</summary>
    public static void Remove(string directory) => File.Delete(Path.Combine(directory, FileName));

    /// <summary>Joins the archives in a sandbox's directory; a single one is used where it is, and none is null.</summary>
    public static async Task<string?> JoinAsync(IReadOnlyList<string> archives, string directory, CancellationToken cancellationToken)
    {
        if (archives.Count <= 1)
        {
            return archives.Count == 0 ? null : archives[0];
        }

        var joined = Path.Combine(directory, FileName);
        File.Copy(archives[0], joined);
        File.SetUnixFileMode(joined, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var output = new FileStream(joined, FileMode.Append, FileAccess.Write, FileShare.None, 0, useAsync: true);
        await using (output.ConfigureAwait(false))
        {
            foreach (var archive in archives.Skip(1))
            {
                var padding = (int)((AlignmentBytes - (output.Position % AlignmentBytes)) % AlignmentBytes);
                await output.WriteAsync(new byte[padding], cancellationToken).ConfigureAwait(false);
                var input = File.OpenRead(archive);
                await using (input.ConfigureAwait(false))
                {
                    await input.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        return joined;
    }
}
