using System.Formats.Tar;
using Mayfly.Diagnostics;
using Mayfly.Images.Modules;
using Mayfly.Images.Packages;
using Microsoft.Extensions.Logging;

namespace Mayfly.Images.Kernels;

/// <summary>Takes out of a kernel package what a guest needs: the kernel, its list of built-in modules, and some modules.</summary>
internal sealed class KernelUnpacker(IPackageSource source, GuestArchitecture architecture, ModuleList wanted, ILogger logger)
{
    private const string PackedKernel = "vmlinuz";

    /// <summary>Fills <paramref name="folder"/> as <see cref="KernelEntry"/> says and returns the kernel's release.</summary>
    /// <exception cref="SandboxImageException">The package is not as it should be, or a tool is missing.</exception>
    public async Task<string> UnpackAsync(string packagePath, string folder, CancellationToken cancellationToken)
    {
        var modules = new Dictionary<string, ModuleInfo>();
        var asked = new HashSet<string>();
        var missing = wanted.All.ToHashSet();
        string? release = null;
        Directory.CreateDirectory(Path.Combine(folder, KernelEntry.ModulesFolder));

        // A dependency that the list does not name is known only when the module that has it was seen.
        while (missing.Except(asked).Any())
        {
            var first = asked.Count == 0;
            asked.UnionWith(missing);
            await source.ReadAsync(packagePath, VisitAsync, cancellationToken).ConfigureAwait(false);
            missing = FindMissing(packagePath, folder, modules);

            async Task VisitAsync(TarEntry entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                {
                    return;
                }

                if (first && await TakeKernelAsync(entry, folder, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    release = found;
                }
                else if (ModuleName.OfFile(entry.Name) is { } name && asked.Contains(name) && !modules.ContainsKey(name))
                {
                    modules[name] = await TakeModuleAsync(entry, folder, cancellationToken).ConfigureAwait(false);
                }
            }
        }

        foreach (var name in missing)
        {
            Log.ImageModuleAbsent(logger, name, Path.GetFileName(packagePath));
        }

        if (missing.Intersect(wanted.SerialBoot.Concat(wanted.VsockBoot).Concat(wanted.Network).Concat(wanted.Disk).Concat(wanted.Layer)).FirstOrDefault() is { } needed)
        {
            throw Unusable(packagePath, $"it has no module {needed}, which the guest needs at boot");
        }

        var packed = Path.Combine(folder, PackedKernel);
        if (release is null || !File.Exists(packed))
        {
            throw Unusable(packagePath, "it has no boot/vmlinuz-*");
        }

        await KernelDecompressor.DecompressAsync(packed, Path.Combine(folder, KernelEntry.KernelFile), architecture, cancellationToken)
            .ConfigureAwait(false);
        File.Delete(packed);
        return release;
    }

    private HashSet<string> FindMissing(string packagePath, string folder, Dictionary<string, ModuleInfo> modules)
    {
        var list = Path.Combine(folder, KernelEntry.BuiltInFile);
        return File.Exists(list)
            ? [.. new ModuleSet(modules, KernelEntry.ReadBuiltIn(list)).FindMissing(wanted.All)]
            : throw Unusable(packagePath, $"it has no {KernelEntry.BuiltInFile}");
    }

    /// <summary>Keeps the kernel, whose release it returns, or the list of built-in modules.</summary>
    private static async Task<string?> TakeKernelAsync(TarEntry entry, string folder, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(entry.Name);
        if (name.StartsWith("vmlinuz-", StringComparison.Ordinal))
        {
            await ExtractAsync(entry, Path.Combine(folder, PackedKernel), cancellationToken).ConfigureAwait(false);
            return name["vmlinuz-".Length..];
        }

        if (name == KernelEntry.BuiltInFile)
        {
            await ExtractAsync(entry, Path.Combine(folder, KernelEntry.BuiltInFile), cancellationToken).ConfigureAwait(false);
        }

        return null;
    }

    private static async Task<ModuleInfo> TakeModuleAsync(TarEntry entry, string folder, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(entry.Name);
        var compression = Compression.All.FirstOrDefault(known => name.EndsWith(known.Suffix, StringComparison.Ordinal));
        var path = Path.Combine(folder, KernelEntry.ModulesFolder, compression is null ? name : name[..^compression.Suffix.Length]);
        if (compression is null || entry.DataStream is null)
        {
            await ExtractAsync(entry, path, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var file = new FileStream(path, FileMode.CreateNew);
            await using (file.ConfigureAwait(false))
            {
                await compression.DecompressAsync(entry.DataStream, file, cancellationToken).ConfigureAwait(false);
            }
        }

        try
        {
            return ModuleInfoReader.Read(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
        }
        catch (InvalidDataException exception)
        {
            throw new SandboxImageException(
                ErrorCode.ImageBuildFailed, $"the kernel module {entry.Name} can't be read: {exception.Message}", exception);
        }
    }

    private static async Task ExtractAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        var file = new FileStream(path, FileMode.Create);
        await using (file.ConfigureAwait(false))
        {
            await (entry.DataStream ?? Stream.Null).CopyToAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SandboxImageException Unusable(string packagePath, string why)
        => new(ErrorCode.ImageBuildFailed, $"the kernel package {Path.GetFileName(packagePath)} can't be used: {why}");
}
