using System.Diagnostics;
using System.Globalization;
using Mayfly.Protocol;
using Mayfly.Ssh;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Benchmarks;

/// <summary>
/// SSH beside the agent's own way in, taken in turn in machines of one kind: a command through either session, the opening
/// of an SSH session, and a plain <c>ssh</c> that connects for every command.
/// </summary>
internal static class SshBenchmark
{
    private const int WarmUps = 10;
    private const int CommandsPerConnect = 10;

    public static async Task RunAsync(int runs)
    {
        var options = SandboxOptions.FromEnvironment() with { Ssh = new SandboxSsh(), Cold = true };
        await using var direct = await Sandbox.StartAsync(options with { Transport = SandboxTransport.Auto });
        await using var overSsh = await Sandbox.StartAsync(options with { Transport = SandboxTransport.Ssh });
        Host.Describe(direct);
        var agent = new Sample($"exec of 'true' over {direct.Boot.Transport}, round trip");
        var ssh = new Sample("exec of 'true' over ssh, round trip");
        var dial = new Sample($"opening of a connection to the agent over {direct.Boot.Transport}");
        var connect = new Sample("opening of a session over ssh");
        var plain = new Sample("plain 'ssh HOST true', connecting each time");
        for (var warmUp = 0; warmUp < WarmUps; warmUp++)
        {
            await direct.ExecAsync(["true"]);
            await overSsh.ExecAsync(["true"]);
        }

        for (var run = 0; run < runs; run++)
        {
            await TimeAsync(agent, () => ExecAsync(direct));
            await TimeAsync(ssh, () => ExecAsync(overSsh));
            if (run % CommandsPerConnect == 0)
            {
                await TimeAsync(dial, async () => await (await direct.ConnectVsockAsync(VsockPorts.Json)).DisposeAsync());
                await TimeAsync(connect, () => ConnectAsync(direct.Ssh!));
                await TimeAsync(plain, () => PlainAsync(direct.Ssh!));
            }
        }

        foreach (var sample in new[] { agent, ssh, dial, connect, plain })
        {
            Console.WriteLine(sample);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"to the agent's own way in, ratios of the medians: exec over ssh {ssh.Median / agent.Median:0.00}, plain ssh {plain.Median / agent.Median:0.00}"));
    }

    private static async Task TimeAsync(Sample sample, Func<Task> action)
    {
        var begun = Stopwatch.GetTimestamp();
        await action();
        sample.Add(Stopwatch.GetElapsedTime(begun));
    }

    private static async Task ExecAsync(Sandbox sandbox) => (await sandbox.ExecAsync(["true"])).EnsureSuccess();

    private static async Task ConnectAsync(SshAccess access)
    {
        var directory = Path.GetDirectoryName(access.ConfigPath)!;
        var files = new SshFiles(directory);
        var known = Path.Combine(directory, "ssh_known_hosts.bench");
        var session = await SshSession.OpenAsync(
            new SshPlan
            {
                Endpoint = SshEndpoint.Socket(files.Socket),
                User = access.User,
                IdentityPath = access.IdentityPath,
                Trust = SshTrust.Pin(files.HostAlias, SshPublicKey.FromRaw(access.HostKey.Span)),
                KnownHostsPath = known,
                Bootstrap = SshBootstrap.OfDefaultImage(),
                ConnectTimeout = TimeSpan.FromMinutes(1),
                HandshakeTimeout = TimeSpan.FromMinutes(1),
            },
            NullLogger.Instance,
            TimeProvider.System,
            CancellationToken.None);
        await session.Connection.DisposeAsync();
        File.Delete(known);
    }

    private static async Task PlainAsync(SshAccess access)
    {
        using var ssh = Process.Start("ssh", ["-F", access.ConfigPath, access.Host, "true"]);
        await ssh.WaitForExitAsync();
        if (ssh.ExitCode != 0)
        {
            throw new InvalidOperationException($"ssh ended with {ssh.ExitCode}");
        }
    }
}
