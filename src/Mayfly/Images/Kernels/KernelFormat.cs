namespace Mayfly.Images.Kernels;

/// <summary>The forms of kernel that a monitor can boot.</summary>
internal enum KernelFormat
{
    /// <summary>An uncompressed ELF file, vmlinux.</summary>
    Elf,

    /// <summary>A compressed kernel with x86's boot header, bzImage.</summary>
    BzImage,
}
