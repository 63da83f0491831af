using System.Text;
using Mayfly.Images.Cache;
using Mayfly.Images.Modules;
using Mayfly.Protocol;

namespace Mayfly.Images.Initramfs;

/// <summary>Writes the initramfs that all sandboxes share.</summary>
/// <param name="resources">What it is made of besides the rest.</param>
/// <param name="agentPath">The program that becomes /init.</param>
/// <param name="busyboxPath">The static busybox.</param>
/// <param name="applets">The names of its applets.</param>
/// <param name="kernel">The kernel's entry, for its modules.</param>
internal sealed class InitramfsBuilder(
    ImageResources resources, string agentPath, string busyboxPath, IReadOnlyList<string> applets, CacheEntry kernel)
{
    private static readonly CpioOwner _program = new(0x1ed); // rwxr-xr-x
    private static readonly CpioOwner _folder = new(0x1ed);
    private static readonly CpioOwner _data = new(0x1a4); // rw-r--r--

    /// <summary>Writes it.</summary>
    public async Task WriteAsync(string target, CancellationToken cancellationToken)
    {
        var output = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 128 * 1024);
        await using (output.ConfigureAwait(false))
        {
            var archive = new CpioArchive(output);
            await LayoutWriter.WriteAsync(archive, resources.Layout, resources, cancellationToken).ConfigureAwait(false);
            await archive.AddFileAsync("/init", agentPath, _program, cancellationToken).ConfigureAwait(false);
            await archive.AddFileAsync("/bin/busybox", busyboxPath, _program, cancellationToken).ConfigureAwait(false);
            foreach (var applet in applets)
            {
                await archive.AddSymlinkAsync($"/bin/{applet}", "busybox", cancellationToken).ConfigureAwait(false);
            }

            await AddModulesAsync(archive, cancellationToken).ConfigureAwait(false);
            await archive.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AddModulesAsync(CpioArchive archive, CancellationToken cancellationToken)
    {
        var root = $"/lib/modules/{kernel.Facts[KernelEntry.ReleaseFact]}";
        await archive.AddDirectoryAsync(root, _folder, cancellationToken).ConfigureAwait(false);
        await archive.AddDirectoryAsync($"{root}/kernel", _folder, cancellationToken).ConfigureAwait(false);
        var modules = new Dictionary<string, ModuleInfo>();
        var files = new Dictionary<string, string>();
        foreach (var file in KernelEntry.ModuleFiles(kernel))
        {
            var content = await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
            var name = ModuleName.OfFile(file)!;
            modules[name] = ModuleInfoReader.Read(content);
            files[name] = $"kernel/{Path.GetFileName(file)}";
            await archive.AddFileAsync($"{root}/{files[name]}", content, _data, cancellationToken).ConfigureAwait(false);
        }

        var set = new ModuleSet(modules, KernelEntry.BuiltIn(kernel));
        await AddTextAsync($"{root}/modules.dep", set.ToModulesDep(name => files[name])).ConfigureAwait(false);
        await AddTextAsync($"{root}/modules.alias", set.ToModulesAlias()).ConfigureAwait(false);
        await AddBootListAsync(GuestPaths.SerialModules, set.LoadOrder(resources.Modules.SerialBoot)).ConfigureAwait(false);
        await AddBootListAsync(GuestPaths.VsockModules, set.LoadOrder(resources.Modules.VsockBoot)).ConfigureAwait(false);

        // What both of those begin with is loaded by then.
        var network = set.LoadOrder(resources.Modules.Network).Except(set.LoadOrder(resources.Modules.Boot));
        await AddBootListAsync(GuestPaths.NetworkModules, network).ConfigureAwait(false);
        var disk = set.LoadOrder(resources.Modules.Disk).Except(set.LoadOrder(resources.Modules.Boot));
        await AddBootListAsync(GuestPaths.DiskModules, disk).ConfigureAwait(false);
        var layer = set.LoadOrder(resources.Modules.Layer).Except(set.LoadOrder(resources.Modules.Boot)).Except(set.LoadOrder(resources.Modules.Disk));
        await AddBootListAsync(GuestPaths.LayerModules, layer).ConfigureAwait(false);
        await archive.AddFileAsync($"{root}/modules.builtin", kernel[KernelEntry.BuiltInFile], _data, cancellationToken).ConfigureAwait(false);

        Task AddBootListAsync(string path, IEnumerable<string> names)
            => AddTextAsync(path, string.Concat(names.Select(name => $"{root}/{files[name]}\n")));

        Task AddTextAsync(string path, string text)
            => archive.AddFileAsync(path, Encoding.UTF8.GetBytes(text), _data, cancellationToken);
    }
}
