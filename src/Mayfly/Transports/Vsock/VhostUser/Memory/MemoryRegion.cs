using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Transports.Vsock.VhostUser.Memory;

/// <summary>One contiguous part of the guest's memory, mapped into this process.</summary>
internal sealed unsafe class MemoryRegion : IDisposable
{
    private readonly SharedMapping _mapping;
    private readonly byte* _start;

    private MemoryRegion(MemoryRegionLayout layout, SharedMapping mapping)
    {
        Layout = layout;
        _mapping = mapping;
        _start = (byte*)mapping.Address;
    }

    /// <summary>Where it lies, in the guest's and in the monitor's address space.</summary>
    public MemoryRegionLayout Layout { get; }

    /// <summary>Maps a region.</summary>
    /// <param name="layout">What the monitor says of it; checked by <see cref="MemoryRegionLayout.Check"/>.</param>
    /// <param name="file">
    /// The memory file. It must be one that can't shrink: a page that is gone when it is touched would be a SIGBUS, and the
    /// end of this process. Mayfly asks QEMU for sealed memory, so only an unsound monitor sends another.
    /// </param>
    /// <exception cref="DeviceBrokenException">The file is another kind, could shrink or is too short.</exception>
    public static MemoryRegion Map(MemoryRegionLayout layout, SafeFileHandle file)
    {
        if (!MemoryFile.CannotShrink(file))
        {
            throw new DeviceBrokenException("the monitor shared memory that is not a sealed memory file and could shrink under the device");
        }

        long length;
        try
        {
            length = RandomAccess.GetLength(file);
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            throw new DeviceBrokenException($"the length of the monitor's memory file can't be read: {exception.Message}");
        }

        if ((ulong)length < layout.FileOffset || (ulong)length - layout.FileOffset < layout.Size)
        {
            throw new DeviceBrokenException($"the monitor's memory file has {length} bytes, and a region needs {layout.Size} at {layout.FileOffset}");
        }

        try
        {
            return new MemoryRegion(layout, SharedMapping.Create(file, (long)layout.FileOffset, (long)layout.Size));
        }
        catch (IOException exception)
        {
            throw new DeviceBrokenException($"the guest's memory can't be mapped: {exception.Message}");
        }
    }

    /// <summary>The mapped bytes; the caller has checked that they lie inside.</summary>
    public byte* At(ulong offset) => _start + offset;

    public void Dispose() => _mapping.Dispose();
}
