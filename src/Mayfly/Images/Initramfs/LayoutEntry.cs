namespace Mayfly.Images.Initramfs;

/// <summary>A line of the layout: something that the initramfs has at a path.</summary>
/// <param name="Path">Absolute in the guest.</param>
/// <param name="Owner">Its owner and mode.</param>
internal abstract record LayoutEntry(string Path, CpioOwner Owner);

/// <summary>A folder.</summary>
internal sealed record DirectoryEntry(string Path, CpioOwner Owner) : LayoutEntry(Path, Owner);

/// <summary>A device node.</summary>
internal sealed record DeviceEntry(string Path, CpioOwner Owner, bool IsBlock, uint Major, uint Minor) : LayoutEntry(Path, Owner);

/// <summary>A symbolic link.</summary>
internal sealed record SymlinkEntry(string Path, CpioOwner Owner, string Target) : LayoutEntry(Path, Owner);

/// <summary>A file with the content of the resource <paramref name="Source"/>.</summary>
internal sealed record FileEntry(string Path, CpioOwner Owner, string Source) : LayoutEntry(Path, Owner);
