using System.ComponentModel;
using System.Formats.Tar;
using Mayfly.Diagnostics;
using Mayfly.Images.Packages;
using Mayfly.Images.Tools;

namespace Mayfly.Images.Initramfs;

/// <summary>The guest's programs: one static binary under many names.</summary>
internal static class Busybox
{
    private const int TextFileBusy = 26;
    private const int StartAttempts = 50;
    private const int MaxAppletCount = 2000;
    private static readonly TimeSpan _startPause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the binary out of its package.</summary>
    public static async Task<string> UnpackAsync(
        IPackageSource source, string packagePath, string folder, CancellationToken cancellationToken)
    {
        var target = Path.Combine(folder, "busybox");
        await source.ReadAsync(packagePath, VisitAsync, cancellationToken).ConfigureAwait(false);
        return File.Exists(target)
            ? target
            : throw new SandboxImageException(ErrorCode.ImageBuildFailed, $"the package {Path.GetFileName(packagePath)} has no bin/busybox");

        async Task VisitAsync(TarEntry entry)
        {
            if (entry.Name.EndsWith("bin/busybox", StringComparison.Ordinal) && entry.DataStream is not null)
            {
                var file = new FileStream(target, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                });
                await using (file.ConfigureAwait(false))
                {
                    await entry.DataStream.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>The names under which it can be called, busybox itself left out.</summary>
    public static async Task<IReadOnlyList<string>> ListAppletsAsync(
        string busybox, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var process = await StartAsync(busybox, timeProvider, cancellationToken).ConfigureAwait(false);
        await using (process.ConfigureAwait(false))
        {
            var applets = new SortedSet<string>(StringComparer.Ordinal);
            using var lines = new StreamReader(process.Output);
            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line && applets.Count < MaxAppletCount)
            {
                if (line is not ("" or "." or ".." or "busybox") && !line.Contains('/', StringComparison.Ordinal))
                {
                    applets.Add(line);
                }
            }

            var exit = await process.WaitAsync(cancellationToken).ConfigureAwait(false);
            return exit.Code == 0 && applets.Contains("sh")
                ? [.. applets]
                : throw new SandboxImageException(ErrorCode.ImageBuildFailed, $"`busybox --list` of the guest's busybox failed: {exit}");
        }
    }

    // Another thread may just be starting a process of its own. Between its fork and its exec that child holds the
    // descriptor through which we wrote this file, and the kernel refuses to run a file that somebody can write.
    // Nothing tells when it has let go.
    private static async Task<ToolProcess> StartAsync(string busybox, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return ToolProcess.Start(busybox, ["--list"]);
            }
            catch (SandboxImageException exception)
                when (attempt < StartAttempts && exception.InnerException is Win32Exception { NativeErrorCode: TextFileBusy })
            {
                await Task.Delay(_startPause, timeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
