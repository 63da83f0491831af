using System.Formats.Tar;

namespace Mayfly.Images.Packages;

/// <summary>A distribution from which kernel, busybox and SSH server are had. The only place that may know it.</summary>
internal interface IPackageSource
{
    /// <summary>Its name, part of cache keys, such as <c>debian</c>.</summary>
    string Name { get; }

    /// <summary>Finds out which package plays the role at present, or which packages do together, the one it is named after first.</summary>
    /// <exception cref="SandboxImageException">It does not know, or a tool is missing.</exception>
    Task<IReadOnlyList<PackageVersion>> ResolveAsync(PackageRole role, CancellationToken cancellationToken);

    /// <summary>Downloads them into an empty folder of the caller's, which then holds a file for each and nothing else.</summary>
    /// <exception cref="SandboxImageException">They can't be had, or a tool is missing.</exception>
    Task DownloadAsync(IReadOnlyList<PackageVersion> packages, string folder, IProgress<ByteSize> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Shows each file of a downloaded package, in its order; names may begin with <c>./</c>. The content of an entry is
    /// there until the next one is shown.
    /// </summary>
    /// <exception cref="SandboxImageException">It is damaged, or a tool is missing.</exception>
    Task ReadAsync(string packagePath, Func<TarEntry, Task> visit, CancellationToken cancellationToken);
}
