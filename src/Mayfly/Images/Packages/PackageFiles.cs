using System.Formats.Tar;
using Mayfly.Images.Libraries;

namespace Mayfly.Images.Packages;

/// <summary>What is taken out of packages: some programs, and all libraries, which are unpacked into a folder of the caller's.</summary>
internal sealed class PackageFiles(IPackageSource source, string folder)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int MaxFiles = 10_000;

    private readonly Dictionary<string, string> _programs = [];
    private int _count;

    /// <summary>The libraries of all packages so far.</summary>
    public LibraryFolder Libraries { get; } = new();

    /// <summary>The host's copy of a program, by its absolute path in the package; null where no package had it.</summary>
    public string? FindProgram(string path) => _programs.GetValueOrDefault(path);

    /// <summary>Takes them out of one package.</summary>
    /// <param name="packagePath">The package's file.</param>
    /// <param name="programs">The programs that are wanted, by their absolute paths in the package.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task UnpackAsync(string packagePath, IReadOnlyCollection<string> programs, CancellationToken cancellationToken)
        => source.ReadAsync(packagePath, entry => VisitAsync(entry, programs, cancellationToken), cancellationToken);

    private async Task VisitAsync(TarEntry entry, IReadOnlyCollection<string> programs, CancellationToken cancellationToken)
    {
        var path = $"/{entry.Name.TrimStart('.').TrimStart('/')}";
        var name = Path.GetFileName(path);
        if (entry.EntryType is TarEntryType.SymbolicLink && IsLibrary(path))
        {
            Libraries.AddLink(name, Path.GetFileName(entry.LinkName));
        }
        else if (entry.DataStream is not null && (programs.Contains(path) || IsLibrary(path)) && _count < MaxFiles)
        {
            // A name of our own: no package says where a file of the host comes to be.
            var copy = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, $"{_count++}")).FullName, name);
            var file = new FileStream(copy, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly });
            await using (file.ConfigureAwait(false))
            {
                await entry.DataStream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }

            if (programs.Contains(path))
            {
                _programs.TryAdd(path, copy);
            }
            else
            {
                Libraries.AddFile(name, copy);
            }
        }
    }

    // Where the loader looks by itself: /lib, /lib64 and the folder of the architecture in them, below /usr or not. Variants
    // for newer processors lie deeper, and are faster than what every processor can run only by a little.
    private static bool IsLibrary(string path)
    {
        if (!Path.GetFileName(path).Contains(".so", StringComparison.Ordinal))
        {
            return false;
        }

        var folders = path.Split('/')[1..^1];
        folders = folders is ["usr", ..] ? folders[1..] : folders;
        return folders is ["lib" or "lib64"] || (folders is ["lib", var triplet] && triplet.EndsWith("-linux-gnu", StringComparison.Ordinal));
    }
}
