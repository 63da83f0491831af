using System.Text;

namespace Mayfly.Images.Initramfs;

/// <summary>
/// Writes a cpio archive in the kernel's "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst):
/// per entry a header of 110 characters, the name with a zero byte, and the content, each padded to four bytes.
/// Deterministic: times are zero and inode numbers count up. Paths are absolute in the guest.
/// </summary>
internal sealed class CpioArchive(Stream output)
{
    private const int HeaderBytes = 110;
    private const int Alignment = 4;
    private const int BlockBytes = 512;
    private const uint DirectoryType = 0x4000;
    private const uint CharacterDeviceType = 0x2000;
    private const uint BlockDeviceType = 0x6000;
    private const uint FileType = 0x8000;
    private const uint SymlinkType = 0xa000;

    private static readonly byte[] _zeros = new byte[BlockBytes];

    private uint _inode;
    private long _written;

    /// <summary>Adds a folder.</summary>
    public Task AddDirectoryAsync(string path, CpioOwner owner, CancellationToken cancellationToken)
        => AddAsync(path, DirectoryType, owner, Stream.Null, 0, default, cancellationToken);

    /// <summary>Adds a symbolic link.</summary>
    public Task AddSymlinkAsync(string path, string target, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(target);
        return AddAsync(path, SymlinkType, new CpioOwner(0x1ff), new MemoryStream(bytes), bytes.Length, default, cancellationToken);
    }

    /// <summary>Adds a device node.</summary>
    public Task AddDeviceAsync(string path, bool isBlock, uint major, uint minor, CpioOwner owner, CancellationToken cancellationToken)
        => AddAsync(path, isBlock ? BlockDeviceType : CharacterDeviceType, owner, Stream.Null, 0, (major, minor), cancellationToken);

    /// <summary>Adds a file with a content that is at hand.</summary>
    public Task AddFileAsync(string path, ReadOnlyMemory<byte> content, CpioOwner owner, CancellationToken cancellationToken)
        => AddAsync(path, FileType, owner, new MemoryStream(content.ToArray()), content.Length, default, cancellationToken);

    /// <summary>Adds a file with the content of a file of the host.</summary>
    /// <exception cref="IOException">The file can't be read, or changes its length meanwhile.</exception>
    public async Task AddFileAsync(string path, string source, CpioOwner owner, CancellationToken cancellationToken)
    {
        var content = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        await using (content.ConfigureAwait(false))
        {
            await AddAsync(path, FileType, owner, content, content.Length, default, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes the end of the archive. Nothing may follow, except another archive.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        _inode = uint.MaxValue;
        await WriteHeaderAsync("TRAILER!!!", 0, default, 0, default, cancellationToken).ConfigureAwait(false);
        await PadAsync(BlockBytes, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddAsync(
        string path, uint type, CpioOwner owner, Stream content, long length, (uint Major, uint Minor) device, CancellationToken cancellationToken)
    {
        if (!path.StartsWith('/') || (path == "/" && type != DirectoryType) || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{path}' is not an absolute path of a file", nameof(path));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, uint.MaxValue, nameof(content));

        // The kernel has made the root itself, and gives it the owner and mode of an entry named ".".
        var name = path == "/" ? "." : path[1..];
        await WriteHeaderAsync(name, type, owner, (uint)length, device, cancellationToken).ConfigureAwait(false);
        var start = _written;
        var buffer = new byte[Math.Clamp(length, 1, 128 * 1024)];
        int count;
        while ((count = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
        {
            await WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
        }

        if (_written - start != length)
        {
            throw new IOException($"{path} changed its length while it was being archived");
        }

        await PadAsync(Alignment, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteHeaderAsync(
        string name, uint type, CpioOwner owner, uint length, (uint Major, uint Minor) device, CancellationToken cancellationToken)
    {
        var nameBytes = Encoding.UTF8.GetByteCount(name) + 1;
        var header = new byte[HeaderBytes + nameBytes];
        var links = type == DirectoryType ? 2u : 1u;
        ReadOnlySpan<uint> fields =
        [
            unchecked(++_inode), type | owner.Mode, owner.User, owner.Group, links, 0, length, 0, 0, device.Major, device.Minor, (uint)nameBytes, 0,
        ];
        "070701"u8.CopyTo(header);
        for (var index = 0; index < fields.Length; index++)
        {
            fields[index].TryFormat(header.AsSpan(6 + (index * 8), 8), out _, "x8");
        }

        Encoding.UTF8.GetBytes(name, header.AsSpan(HeaderBytes));
        await WriteAsync(header, cancellationToken).ConfigureAwait(false);
        await PadAsync(Alignment, cancellationToken).ConfigureAwait(false);
    }

    private async Task PadAsync(int alignment, CancellationToken cancellationToken)
        => await WriteAsync(_zeros.AsMemory(0, (int)(-_written & (alignment - 1))), cancellationToken).ConfigureAwait(false);

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await output.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        _written += bytes.Length;
    }
}
