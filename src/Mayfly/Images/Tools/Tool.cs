using System.Diagnostics.CodeAnalysis;
using Mayfly.Diagnostics;

namespace Mayfly.Images.Tools;

/// <summary>A program of the host that is needed to make an image.</summary>
/// <param name="Program">Its file name.</param>
/// <param name="DebianPackage">The Debian package that has it, for the remedy.</param>
internal sealed record Tool(string Program, string DebianPackage)
{
    public static Tool AptGet { get; } = new("apt-get", "apt");

    public static Tool AptCache { get; } = new("apt-cache", "apt");

    public static Tool DpkgDeb { get; } = new("dpkg-deb", "dpkg");

    public static Tool Bash { get; } = new("bash", "bash");

    public static Tool MakeErofs { get; } = new("mkfs.erofs", "erofs-utils");

    public static Tool Lz4 { get; } = new("lz4", "lz4");

    public static Tool Xz { get; } = new("xz", "xz-utils");

    public static Tool Zstd { get; } = new("zstd", "zstd");

    /// <summary>The command that installs them on Debian.</summary>
    public static string InstallCommand(IEnumerable<Tool> tools)
        => $"sudo apt-get install {string.Join(' ', tools.Select(tool => tool.DebianPackage).Distinct())}";

    /// <summary>
    /// Its path, by PATH alone: <see cref="System.Diagnostics.Process"/> would prefer a program of that name in the
    /// current folder, which may be anybody's source tree.
    /// </summary>
    public bool TryLocate([NotNullWhen(true)] out string? path)
    {
        path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Where(Path.IsPathRooted)
            .Select(directory => Path.Combine(directory, Program))
            .FirstOrDefault(IsExecutable);
        return path is not null;
    }

    /// <summary>Its path.</summary>
    /// <exception cref="SandboxImageException">It is not installed.</exception>
    public string Locate()
        => TryLocate(out var path)
            ? path
            : throw new SandboxImageException(
                ErrorCode.ImageToolMissing,
                $"{Program} was not found in PATH, and making the guest's image, or a layer, needs it; install it, "
                + $"on Debian with `sudo apt-get install {DebianPackage}`");

    private static bool IsExecutable(string path)
        => File.Exists(path)
            && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
