using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>A part of a file, shared with whoever else has it; unmapped on disposal.</summary>
internal sealed partial class SharedMapping : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ReadWrite = 3;
    private const int SharedNoReserve = 0x4001;

    private nint _length;

    public SharedMapping()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Where it begins; valid until disposal.</summary>
    public nint Address => handle;

    /// <summary>Maps a part of a file that must be at least that long.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the part begins, in bytes; a multiple of the page size.</param>
    /// <param name="length">How long it is, in bytes.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public static SharedMapping Create(SafeHandle file, long offset, long length)
    {
        var mapping = Map(0, (nint)length, ReadWrite, SharedNoReserve, file, (nint)offset);
        if (mapping.IsInvalid)
        {
            throw new IOException($"{length} bytes at {offset} can't be mapped", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        mapping._length = (nint)length;
        return mapping;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unmap(handle, _length) == 0;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial SharedMapping Map(nint address, nint length, int protection, int flags, SafeHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);
}
