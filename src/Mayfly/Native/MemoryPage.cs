using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>One page of memory from mmap, unmapped on disposal.</summary>
internal sealed partial class MemoryPage : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int Read = 1;
    private const int Write = 2;
    private const int Execute = 4;
    private const int Shared = 1;
    private const int Private = 2;
    private const int Anonymous = 0x20;

    private MemoryPage(nint address)
        : base(ownsHandle: true) => SetHandle(address);

    /// <summary>Maps the first page of a file for reading; null where it can't be.</summary>
    public static MemoryPage? TryMap(SafeFileHandle file) => Checked(Map(0, Environment.SystemPageSize, Read, Shared, file, 0));

    /// <summary>A page that holds this machine code and can be executed but not written; null where the host forbids that.</summary>
    public static MemoryPage? TryLoadCode(ReadOnlySpan<byte> code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(code.Length, Environment.SystemPageSize, nameof(code));
        using var none = new SafeFileHandle(-1, ownsHandle: false);
        var page = Checked(Map(0, Environment.SystemPageSize, Read | Write, Private | Anonymous, none, 0));
        if (page is null)
        {
            return null;
        }

        // SAFETY: the mapping is one page long and writable, and the code is no longer than a page.
        unsafe
        {
            code.CopyTo(new Span<byte>((void*)page.handle, Environment.SystemPageSize));
        }

        if (Protect(page.handle, Environment.SystemPageSize, Read | Execute) != 0)
        {
            page.Dispose();
            return null;
        }

        return page;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Unmap(handle, Environment.SystemPageSize) == 0;

    private static MemoryPage? Checked(nint address) => address == -1 ? null : new MemoryPage(address);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, SafeHandle file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nint length);
}
