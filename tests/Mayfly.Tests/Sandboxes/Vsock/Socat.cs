using System.Diagnostics;

namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>A vsock program that is not ours: the host's socat, put into the guest with the libraries it loads.</summary>
internal static class Socat
{
    private const string Home = "/opt/socat";
    private const string Loader = "ld-linux-x86-64.so.2";

    /// <summary>The command line of a socat in the guest, after <see cref="InstallAsync"/>.</summary>
    public static IReadOnlyList<string> Command(params string[] arguments) =>
        [$"{Home}/{Loader}", "--library-path", Home, $"{Home}/socat", .. arguments];

    /// <summary>Puts it into the guest.</summary>
    public static async Task InstallAsync(Sandbox sandbox)
    {
        var folder = Directory.CreateTempSubdirectory("mayfly-test-");
        try
        {
            foreach (var path in await ClosureAsync())
            {
                File.Copy(path, Path.Combine(folder.FullName, Path.GetFileName(path)));
            }

            await sandbox.PushAsync(folder.FullName, Home);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts one and waits until it listens on its vsock port.</summary>
    public static async Task<SandboxCommand> ListenAsync(Sandbox sandbox, uint port, string options, string address)
    {
        // -d -d says "listening on" when it is so.
        var command = await sandbox.StartCommandAsync(
            [.. Command("-d", "-d", $"VSOCK-LISTEN:{port}{options}", address)], Patience.Long with { Timeout = TimeSpan.FromMinutes(10) });
        using var reader = new StreamReader(command.Error, leaveOpen: true);
        while (await reader.ReadLineAsync().WithPatience() is { } line)
        {
            if (line.Contains("listening on", StringComparison.Ordinal))
            {
                _ = command.Error.CopyToAsync(Stream.Null);
                return command;
            }
        }

        throw new InvalidOperationException($"socat ended before it listened on {port}");
    }

    private static async Task<IReadOnlyList<string>> ClosureAsync()
    {
        const string program = "/usr/bin/socat";
        Assert.True(File.Exists(program), "socat is not installed; build/setup installs it");
        using var ldd = Process.Start(new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true })!;
        var lines = (await ldd.StandardOutput.ReadToEndAsync()).Split('\n');
        await ldd.WaitForExitAsync();
        return [program, .. lines.SelectMany(line => line.Split(' ', '\t')).Where(word => word.StartsWith('/')).Distinct()];
    }
}
