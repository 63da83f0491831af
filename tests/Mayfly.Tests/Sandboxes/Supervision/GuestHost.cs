using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Sandboxes.Supervision;

/// <summary>
/// A sandbox in the role of a host: its kernel has what this host's need not have (the device mapper, cgroup v2), may be
/// harmed at will, and the agent's binary, which is its init, is the warden and the reaper in there as well.
/// </summary>
public sealed class GuestHost : IAsyncDisposable
{
    /// <summary>The agent in there.</summary>
    public const string Agent = "/init";

    /// <summary>The runtime directory in there.</summary>
    public const string Root = "/tmp/mayfly";

    private GuestHost(Sandbox sandbox) => Sandbox = sandbox;

    public Sandbox Sandbox { get; }

    /// <summary>Boots one and loads modules of the default image, each after those it depends on.</summary>
    public static async Task<GuestHost> StartAsync(params string[] modules)
    {
        var sandbox = await Sandbox.StartAsync();
        var host = new GuestHost(sandbox);
        try
        {
            await host.ShellAsync($"mkdir -p -m 700 {Root}");
            foreach (var module in modules)
            {
                await host.ShellAsync($"modprobe {module}");
            }

            return host;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script that must succeed.</summary>
    /// <returns>What it printed, without white space at its ends.</returns>
    public async Task<string> ShellAsync(string script)
    {
        var result = await Sandbox.ShellAsync(script, Patience.Long);
        result.EnsureSuccess();
        return result.StandardOutput.Trim();
    }

    /// <summary>Waits until a script succeeds: for what the kernel does when it has the time.</summary>
    public async Task WaitUntilAsync(string condition) =>
        await ShellAsync($"n=0; until {condition}; do n=$((n + 1)); [ $n -lt 600 ] || exit 1; usleep 50000; done");

    /// <summary>A warden that has made its directory.</summary>
    /// <param name="id">The id of its sandbox.</param>
    /// <param name="root">Its runtime directory, which exists; null for <see cref="Root"/>.</param>
    /// <param name="preparation">What its process does in a shell before it becomes the warden.</param>
    public async Task<GuestWarden> StartWardenAsync(string id, string? root = null, string preparation = ":")
    {
        var command = await Sandbox.StartCommandAsync(
            ["sh", "-c", $"{preparation}; exec {Agent} warden {root ?? Root} {id}"], new ExecOptions { Timeout = Timeout.InfiniteTimeSpan });
        var warden = new GuestWarden(this, command, $"{root ?? Root}/{id}");
        await warden.SendAsync(new SandboxFacts { Id = id, Created = DateTimeOffset.UnixEpoch, Machine = "a test" }.Write());
        Assert.Equal("ready", await warden.ReadLineAsync());
        return warden;
    }

    /// <summary>Releases what dead sandboxes have left.</summary>
    /// <returns>What the agent said, a line each; it fails where something is left.</returns>
    public async Task<IReadOnlyList<string>> ReapAsync(string? root = null)
    {
        var result = await Sandbox.ExecAsync([Agent, "reap", root ?? Root], Patience.Long);
        return result.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public ValueTask DisposeAsync() => Sandbox.DisposeAsync();
}
