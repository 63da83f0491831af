using System.Formats.Tar;

namespace Mayfly.Images.Packages;

/// <summary>A distribution from which kernel and busybox are had. The only place that may know it.</summary>
internal interface IPackageSource
{
    /// <summary>Its name, part of cache keys, such as <c>debian</c>.</summary>
    string Name { get; }

    /// <summary>Finds out which package plays the role at present.</summary>
    /// <exception cref="SandboxImageException">It does not know, or a tool is missing.</exception>
    Task<PackageVersion> ResolveAsync(PackageRole role, CancellationToken cancellationToken);

    /// <summary>Downloads it into an empty folder of the caller's and returns the path of its file.</summary>
    /// <exception cref="SandboxImageException">It can't be had, or a tool is missing.</exception>
    Task<string> DownloadAsync(PackageVersion package, string folder, IProgress<ByteSize> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Shows each file of a downloaded package, in its order; names may begin with <c>./</c>. The content of an entry is
    /// there until the next one is shown.
    /// </summary>
    /// <exception cref="SandboxImageException">It is damaged, or a tool is missing.</exception>
    Task ReadAsync(string packagePath, Func<TarEntry, Task> visit, CancellationToken cancellationToken);
}
