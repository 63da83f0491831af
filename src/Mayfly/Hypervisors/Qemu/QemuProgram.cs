using System.Collections.Concurrent;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Supervision;

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

    /// <summary>A version is short.</summary>
    private const int MaxVersionChars = 16 * 1024;

    /// <summary>QEMU 7.2 lists some 400 devices in 16,000 characters.</summary>
    private const int MaxDevicesChars = 256 * 1024;

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
            program = Check(path, await QemuQuestion.AskAsync(path, ["--version"], MaxVersionChars, cancellationToken).ConfigureAwait(false));
            _known[key] = program;
        }

        return program;
    }

    /// <summary>The vsock devices it has. It is asked once per file and remembered until the host is booted again.</summary>
    /// <param name="runtimeRoot">The runtime directory, where it is remembered.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">MAY1003: it does not answer, or with something else.</exception>
    public async Task<VsockDevices> GetVsockDevicesAsync(string runtimeRoot, CancellationToken cancellationToken)
    {
        var written = File.GetLastWriteTimeUtc(Path).Ticks;
        var (devices, _) = await HostCache.GetAsync(
            runtimeRoot,
            string.Create(CultureInfo.InvariantCulture, $"qemu-vsock-devices\n{Path}\n{Version}\n{written}"),
            VsockDevicesJson.Default.VsockDevices,
            AskVsockDevicesAsync,
            cancellationToken).ConfigureAwait(false);
        return devices;
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

    private async Task<VsockDevices> AskVsockDevicesAsync(CancellationToken cancellationToken)
    {
        var output = await QemuQuestion.AskAsync(Path, ["-no-user-config", "-device", "help"], MaxDevicesChars, cancellationToken).ConfigureAwait(false);
        return QemuDeviceList.Parse(output) ?? throw Unusable(Path, $"answers -device help with '{FirstLine(output)}', which lists no device");
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path)
        && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    /// <summary>The error for a program that is there and can't be used.</summary>
    internal static SandboxConfigurationException Unusable(string path, string what, Exception? cause = null) => new(
        ErrorCode.HypervisorUnusable,
        $"{path} {what}. Install QEMU {QemuVersion.Oldest} or newer ('apt-get install qemu-system-x86'), or name another one by SandboxOptions.QemuPath.",
        cause);

    private static string FirstLine(string text) => GuestText.NeutraliseLines(text.AsSpan().Trim() is var trimmed && trimmed.IndexOf('\n') is var end and >= 0
        ? trimmed[..Math.Min(end, 200)].ToString()
        : trimmed[..Math.Min(trimmed.Length, 200)].ToString());
}
