using Mayfly.Images.Tools;

namespace Mayfly.Tests.Ssh;

/// <summary>
/// Debian's <c>sshd</c>, unpacked and not installed: its package would start a service. Kept with the tree's other artifacts.
/// </summary>
internal static class OpenSshServer
{
    private static readonly Lazy<Task<string>> _program = new(UnpackAsync);

    public static Task<string> LocateAsync() => _program.Value;

    private static async Task<string> UnpackAsync()
    {
        var place = Path.Combine(Repository.Root, "artifacts", "openssh-server");
        var program = Path.Combine(place, "usr", "sbin", "sshd");
        if (File.Exists(program))
        {
            return program;
        }

        var staging = $"{place}.{Path.GetRandomFileName()}";
        Directory.CreateDirectory(staging);
        try
        {
            await RunAsync(Tool.AptGet, ["-q", "download", "openssh-server"], staging);
            var package = Directory.GetFiles(staging, "openssh-server_*.deb").Single();
            await RunAsync(Tool.DpkgDeb, ["-x", package, Path.Combine(staging, "root")], staging);
            Directory.Move(Path.Combine(staging, "root"), place);
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }

        return program;
    }

    private static async Task RunAsync(Tool tool, string[] arguments, string directory)
    {
        await using var process = ToolProcess.Start(tool, arguments, directory);
        process.Input.Close();
        await process.Output.CopyToAsync(Stream.Null);
        var end = await process.WaitAsync(CancellationToken.None);
        Assert.True(end.Code == 0, $"{tool.Program} {string.Join(' ', arguments)}: {end}");
    }
}
