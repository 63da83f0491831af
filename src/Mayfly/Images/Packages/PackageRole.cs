namespace Mayfly.Images.Packages;

/// <summary>What an image needs from a distribution.</summary>
internal enum PackageRole
{
    /// <summary>A kernel with its modules.</summary>
    Kernel,

    /// <summary>A statically linked busybox.</summary>
    Busybox,

    /// <summary>An SSH server, what its clients expect beside it, and all libraries that these need.</summary>
    Ssh,

    /// <summary>The sources of a kernel.</summary>
    KernelSource,
}
