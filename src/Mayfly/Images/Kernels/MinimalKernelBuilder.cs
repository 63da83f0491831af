using System.Globalization;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Images.Cache;
using Mayfly.Images.Tools;

namespace Mayfly.Images.Kernels;

/// <summary>Compiles the minimal kernel with the script and the configuration of guest/image/kernel, which travel within the library.</summary>
/// <param name="report">Who waits.</param>
internal sealed class MinimalKernelBuilder(ImageReport report)
{
    /// <summary>The file beside the kernel that has its whole configuration.</summary>
    public const string ConfigFile = "config";

    private const string ResourcePrefix = "kernel/";
    private const string Script = "build";
    private const string ReleaseFile = "release";
    private const int MissingTools = 3;
    private const int FilesPerReport = 100;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly Lazy<SortedDictionary<string, byte[]>> _files = new(ReadResources);

    /// <summary>SHA-256 over script and configuration.</summary>
    public static string RecipeDigest
    {
        get
        {
            var fingerprint = new Fingerprint();
            foreach (var (name, content) in _files.Value)
            {
                fingerprint.Add(name).Add(Fingerprint.OfBytes(content));
            }

            return fingerprint.ToHex();
        }
    }

    /// <summary>The compiler it would be built with, as it calls itself.</summary>
    /// <param name="scratch">An empty folder.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SandboxImageException">MAY5002, with the command that installs what is missing.</exception>
    public static async Task<string> FindCompilerAsync(string scratch, CancellationToken cancellationToken)
    {
        var script = await WriteScriptAsync(scratch, cancellationToken).ConfigureAwait(false);
        var process = ToolProcess.Start(Tool.Bash, [script, "check"], scratch);
        await using (process.ConfigureAwait(false))
        {
            using var reader = new StreamReader(process.Output);
            var output = (await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim();
            var exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            return exit.Code switch
            {
                0 => output,
                MissingTools => throw Missing(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)),
                _ => throw Failed(exit.ToString()),
            };
        }
    }

    /// <summary>Compiles the sources of a package into a folder, as <see cref="KernelEntry"/> says, and returns the kernel's release.</summary>
    /// <param name="packagePath">The package of sources.</param>
    /// <param name="scratch">An empty folder with room for sources and objects; it is removed afterwards.</param>
    /// <param name="folder">Where the kernel comes to lie.</param>
    /// <param name="logPath">Where everything goes that the compiler says.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SandboxImageException">MAY5007.</exception>
    public async Task<string> BuildAsync(string packagePath, string scratch, string folder, string logPath, CancellationToken cancellationToken)
    {
        try
        {
            var script = await WriteScriptAsync(scratch, cancellationToken).ConfigureAwait(false);
            var work = Directory.CreateDirectory(Path.Combine(scratch, "linux"), CacheDirectory.Private).FullName;
            var process = ToolProcess.Start(Tool.Bash, [script, packagePath, folder], work);
            await using (process.ConfigureAwait(false))
            {
                await FollowAsync(process.Output, logPath, cancellationToken).ConfigureAwait(false);
                var exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (exit.Code != 0)
                {
                    await File.AppendAllTextAsync(logPath, $"{exit.ErrorText}\n", cancellationToken).ConfigureAwait(false);
                    throw Failed($"{exit}; the whole log is {logPath}");
                }
            }
        }
        finally
        {
            Clear(scratch);
        }

        var release = Path.Combine(folder, ReleaseFile);
        var text = (await File.ReadAllTextAsync(release, cancellationToken).ConfigureAwait(false)).Trim();
        File.Delete(release);
        return text;
    }

    /// <summary>Words of the script's own are phases; a line that begins with a blank is make's, and is one file more.</summary>
    private async Task FollowAsync(Stream output, string logPath, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(output);
        var log = new StreamWriter(new FileStream(logPath, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }), Encoding.UTF8);
        await using (log.ConfigureAwait(false))
        {
            var files = 0;
            while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                await log.WriteLineAsync(line.AsMemory(), cancellationToken).ConfigureAwait(false);
                if (line is [not ' ', ..])
                {
                    report.Say(line);
                }
                else if (++files % FilesPerReport == 0)
                {
                    report.Say(string.Create(CultureInfo.InvariantCulture, $"compiling the kernel: {files} steps of about 1500"));
                }
            }
        }
    }

    /// <summary>A hundred thousand files take longer to go than the workspace's keeper is waited for; what is left is the keeper's.</summary>
    private static void Clear(string scratch)
    {
        try
        {
            CacheDirectory.Remove(new DirectoryInfo(scratch));
        }
        catch (IOException)
        {
            // A compiler that has just been killed still writes.
        }
    }

    private static async Task<string> WriteScriptAsync(string scratch, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in _files.Value)
        {
            await File.WriteAllBytesAsync(Path.Combine(scratch, name), content, cancellationToken).ConfigureAwait(false);
        }

        return Path.Combine(scratch, Script);
    }

    private static SortedDictionary<string, byte[]> ReadResources()
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var assembly = typeof(MinimalKernelBuilder).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            files[name[ResourcePrefix.Length..]] = content;
        }

        return files;
    }

    private static SandboxImageException Missing(string[] packages) => new(
        ErrorCode.ImageToolMissing,
        $"the minimal kernel is compiled on this machine, and what that needs is missing; install it, on Debian with `sudo apt-get install {string.Join(' ', packages)}`");

    private static SandboxImageException Failed(string why) => new(ErrorCode.KernelBuildFailed, $"the minimal kernel could not be built: {why}");
}
