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
    public static Task<SandboxCommand> ListenAsync(Sandbox sandbox, params string[] arguments) =>
        StartAsync(sandbox, "listening on", arguments);

    /// <summary>Starts one and waits until it has opened both its ends.</summary>
    public static Task<SandboxCommand> TransferAsync(Sandbox sandbox, params string[] arguments) =>
        StartAsync(sandbox, "starting data transfer loop", arguments);

    private static async Task<SandboxCommand> StartAsync(Sandbox sandbox, string sign, string[] arguments)
    {
        // With -d -d it says how far it has come. Where one side has ended it gives the other half a second, unless told.
        var options = new ExecOptions { Timeout = TimeSpan.FromMinutes(10), GracePeriod = TimeSpan.Zero };
        var command = await sandbox.StartCommandAsync(Command(["-d", "-d", "-t", "120", .. arguments]), options);
        var reader = new StreamReader(command.Error);
        var said = new List<string>();
        while (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)) is { } line)
        {
            said.Add(line);
            if (line.Contains(sign, StringComparison.Ordinal))
            {
                _ = command.Error.CopyToAsync(Stream.Null);
                return command;
            }
        }

        throw new InvalidOperationException($"socat ended before it was '{sign}': {string.Join(Environment.NewLine, said)}");
    }

    private static async Task<IReadOnlyList<string>> ClosureAsync()
    {
        const string program = "/usr/bin/socat";
        if (!File.Exists(program))
        {
            throw new InvalidOperationException("socat is not installed; build/setup installs it");
        }

        using var ldd = Process.Start(new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true })!;
        var lines = (await ldd.StandardOutput.ReadToEndAsync()).Split('\n');
        await ldd.WaitForExitAsync();
        return [program, .. lines.SelectMany(line => line.Split(' ', '\t')).Where(word => word.StartsWith('/')).Distinct()];
    }
}
