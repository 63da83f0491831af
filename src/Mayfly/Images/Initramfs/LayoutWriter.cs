namespace Mayfly.Images.Initramfs;

/// <summary>Writes the entries of a layout to an archive.</summary>
internal static class LayoutWriter
{
    /// <summary>Writes them in their order, files with the content that <paramref name="resources"/> have.</summary>
    public static async Task WriteAsync(
        CpioArchive archive, IReadOnlyList<LayoutEntry> layout, ImageResources resources, CancellationToken cancellationToken)
    {
        foreach (var entry in layout)
        {
            await (entry switch
            {
                DirectoryEntry => archive.AddDirectoryAsync(entry.Path, entry.Owner, cancellationToken),
                SymlinkEntry link => archive.AddSymlinkAsync(link.Path, link.Target, cancellationToken),
                DeviceEntry device => archive.AddDeviceAsync(device.Path, device.IsBlock, device.Major, device.Minor, device.Owner, cancellationToken),
                FileEntry file => archive.AddFileAsync(file.Path, resources.RootFile(file.Source), file.Owner, cancellationToken),
                _ => throw new InvalidOperationException($"{entry.GetType().Name} has no form in an archive"),
            }).ConfigureAwait(false);
        }
    }
}
