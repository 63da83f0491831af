using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Mayfly.Diagnostics;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>A QEMU program that has been looked at and can be used.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Version">Its version.</param>
internal sealed record QemuProgram(string Path, Version Version)
{
    /// <summary>Name in PATH unless told otherwise.</summary>
    public const string DefaultName = "qemu-system-x86_64";

    /// <summary>The command that installs it on Debian.</summary>
    public const string InstallCommand = "sudo apt-get install qemu-system-x86";

    private const string Remedy = "Install it with 'apt-get install qemu-system-x86', or name it by SandboxOptions.QemuPath.";

    private static readonly TimeSpan _versionLimit = TimeSpan.FromSeconds(20);
    private static readonly ConcurrentDictionary<(string Path, DateTime Written), QemuProgram> _known = [];

    /// <summary>Finds the program and asks it for its version, once per process and file.</summary>
    /// <param name="qemuPath">A path or a name in PATH; null for <see cref="DefaultName"/>.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">MAY1002: not there; MAY1003: there and unusable.</exception>
    public static async Task<QemuProgram> LocateAsync(string? qemuPath, CancellationToken cancellationToken)
    {
        var path = Find(qemuPath ?? DefaultName, Environment.GetEnvironmentVariable("PATH") ?? "");
        var key = (path, File.GetLastWriteTimeUtc(path));
        if (!_known.TryGetValue(key, out var program))
        {
            program = Check(path, await AskVersionAsync(path, cancellationToken).ConfigureAwait(false));
            _known[key] = program;
        }

        return program;
    }

    internal static string Find(string name, string searchPath)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            var path = System.IO.Path.GetFullPath(name);
            return File.Exists(path)
                ? path
                : throw new SandboxConfigurationException(ErrorCode.HypervisorMissing, $"QEMU does not exist at {path}. {Remedy}");
        }

        return searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(System.IO.Path.IsPathFullyQualified)
            .Select(directory => System.IO.Path.Combine(directory, name))
            .FirstOrDefault(IsExecutable)
            ?? throw new SandboxConfigurationException(ErrorCode.HypervisorMissing, $"no program {name} is in PATH ({searchPath}). {Remedy}");
    }

    internal static QemuProgram Check(string path, string output)
    {
        var version = QemuVersion.Parse(output) ?? throw Unusable(path, $"answers --version with '{FirstLine(output)}', which is not QEMU's answer");
        return version >= QemuVersion.Oldest
            ? new QemuProgram(path, version)
            : throw Unusable(path, $"is version {version}, and at least {QemuVersion.Oldest} is needed");
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    private static async Task<string> AskVersionAsync(string path, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, ["--version"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_versionLimit);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Unusable(path, $"can't be run ({e.Message})", e);
        }

        using (process)
        {
            try
            {
                process.StandardInput.Close();
                return await ReadAllAsync(process, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw Unusable(path, $"did not answer --version within {_versionLimit.TotalSeconds:0} s");
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task<string> ReadAllAsync(Process process, CancellationToken cancellationToken)
    {
        // Both outputs, in one buffer of bounded size: a version is short, and a stranger's program may not be.
        var text = new char[16 * 1024];
        var output = await process.StandardOutput.ReadBlockAsync(text, cancellationToken).ConfigureAwait(false);
        var error = await process.StandardError.ReadBlockAsync(text.AsMemory(output), cancellationToken).ConfigureAwait(false);
        return new string(text, 0, output + error);
    }

    private static SandboxConfigurationException Unusable(string path, string what, Exception? cause = null) => new(
        ErrorCode.HypervisorUnusable,
        $"{path} {what}. Install QEMU {QemuVersion.Oldest} or newer ('apt-get install qemu-system-x86'), or name another one by SandboxOptions.QemuPath.",
        cause);

    private static string FirstLine(string text) => ConsoleText.Neutralise(text.AsSpan().Trim() is var trimmed && trimmed.IndexOf('\n') is var end and >= 0
        ? trimmed[..Math.Min(end, 200)].ToString()
        : trimmed[..Math.Min(trimmed.Length, 200)].ToString());
}
