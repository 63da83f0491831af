using System.Globalization;
using System.Text.RegularExpressions;
using Mayfly.Images.Tools;
using Mayfly.Ssh;
using Mayfly.Supervision;
using Mayfly.Tests.Session;

namespace Mayfly.Tests.Ssh;

/// <summary>
/// A real server with one user, root, whose home is a folder of the test: in a mount namespace of its own, where the user's
/// account and the places it may write to are the test's, and in one of processes, all of which go with the first. Each connection has a server process of its own behind socat, so
/// that no port is picked before it is bound. Ends with the test, and with the test's process.
/// </summary>
internal sealed partial class SshServer : IAsyncDisposable
{
    private readonly TestFolder _folder;
    private readonly ToolProcess _process;
    private readonly Task _reading;
    private int _disposed;

    private SshServer(TestFolder folder, ToolProcess process, SshEndpoint endpoint, SshKeyPair hostKey, SshKeyPair identity)
    {
        _folder = folder;
        _process = process;
        Endpoint = endpoint;
        HostKey = hostKey;
        Identity = identity;
        _reading = process.Output.CopyToAsync(Stream.Null);
    }

    public SshEndpoint Endpoint { get; }

    public SshKeyPair HostKey { get; }

    /// <summary>The key that it lets in.</summary>
    public SshKeyPair Identity { get; }

    /// <summary>The user's home.</summary>
    public string Home => _folder["home"];

    /// <summary>A folder that goes with the server, for the client's files.</summary>
    public string Directory => _folder.Path;

    public static async Task<SshServer> StartAsync(SshServerSetup setup)
    {
        var folder = new TestFolder();
        try
        {
            return await StartAsync(setup, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Another key, which it does not know.</summary>
    public async Task<SshKeyPair> MakeKeyAsync(string name) =>
        await SshKeyPair.CreateAsync(await SshProgram.LocateAsync(CancellationToken.None), _folder[name], "test", CancellationToken.None);

    /// <summary>What a session with it is opened by; trust and bootstrap as in a foreign image whose key is known.</summary>
    public SshPlan Plan() => new()
    {
        Endpoint = Endpoint,
        User = "root",
        IdentityPath = Identity.Path,
        Trust = SshTrust.Pin("mayfly-test", HostKey.PublicKey),
        KnownHostsPath = _folder["known %h hosts"],
        Bootstrap = SshBootstrap.OfForeignImage(AgentBinary.Locate()),
        ConnectTimeout = SessionFixture.Patience,
        HandshakeTimeout = SessionFixture.Patience,
    };

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _process.DisposeAsync();
        await _reading.WaitAsync(SessionFixture.Patience);
        _folder.Dispose();
    }

    private static async Task<SshServer> StartAsync(SshServerSetup setup, TestFolder folder)
    {
        var ssh = await SshProgram.LocateAsync(CancellationToken.None);
        var hostKey = await SshKeyPair.CreateAsync(ssh, folder["host_key"], "host", CancellationToken.None);
        var identity = await SshKeyPair.CreateAsync(ssh, folder["id key"], "client", CancellationToken.None);
        var home = folder["home"];
        System.IO.Directory.CreateDirectory(Path.Combine(home, ".ssh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Copy(identity.Path + ".pub", Path.Combine(home, ".ssh", "authorized_keys"));
        await File.WriteAllTextAsync(Path.Combine(home, ".bashrc"), setup.Profile);
        await File.WriteAllTextAsync(folder["passwd"], $"root:x:0:0:root:{home}:{setup.Shell}\nsshd:x:65532:65534::/run/sshd:/usr/sbin/nologin\n");
        await File.WriteAllTextAsync(folder["shadow"], "root:*:19000:0:99999:7:::\nsshd:*:19000::::::\n");
        var command = await CommandAsync(setup, folder, hostKey);
        var listen = setup.BehindSocket ? $"UNIX-LISTEN:{folder["s p.sock"]},fork" : "TCP4-LISTEN:0,bind=127.0.0.1,fork";
        var script = $"""
            set -e
            mount --make-rprivate /
            mount --bind '{folder["passwd"]}' /etc/passwd
            mount --bind '{folder["shadow"]}' /etc/shadow
            mount -t tmpfs -o mode=755 tmpfs /run
            # The host's own groups are out of reach: a session that is killed with its server would leave its group there.
            mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
            mkdir /run/sshd '{folder["tmp"]}'
            chmod {setup.HomeMode} '{home}'
            {(setup.Places is null ? "" : Places(setup.Places, [folder["tmp"], home, "/var/tmp", "/dev/shm"]))}
            TMPDIR='{folder["tmp"]}' exec socat -d -d {Quote(listen)} {Quote($"EXEC:{command}")} 2>&1
            """;
        var process = ToolProcess.Start(new Tool("unshare", "util-linux"), ["-m", "-p", "-f", "--mount-proc", "--kill-child", "sh", "-c", script]);
        try
        {
            process.Input.Close();
            var endpoint = await ListeningAsync(process, setup, folder);
            return new SshServer(folder, process, endpoint, hostKey, identity);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> CommandAsync(SshServerSetup setup, TestFolder folder, SshKeyPair hostKey)
    {
        if (setup.Kind == SshServerKind.Dropbear)
        {
            var key = folder["dropbear_key"];
            await using var converting = ToolProcess.Start(new Tool("dropbearconvert", "dropbear-bin"), ["openssh", "dropbear", hostKey.Path, key]);
            converting.Input.Close();
            Assert.Equal(0, (await converting.WaitAsync(CancellationToken.None)).Code);
            Assert.True(new Tool("dropbear", "dropbear-bin").TryLocate(out var dropbear), "dropbear-bin is not installed; build/setup installs it");
            return $"{dropbear} -i -s -r {key}";
        }

        var program = await OpenSshServer.LocateAsync();
        var environment = $"TMPDIR={folder["tmp"]}" + (setup.SearchPath is null ? "" : $" PATH={setup.SearchPath}");
        await File.WriteAllTextAsync(folder["sshd_config"], $"""
            HostKey {hostKey.Path}
            AuthorizedKeysFile "{(setup.Places is null ? folder["home"] + "/.ssh/authorized_keys" : folder["id key"] + ".pub")}"
            PermitRootLogin yes
            UsePAM no
            StrictModes {(setup.Places is null ? "yes" : "no")}
            PidFile none
            SetEnv {environment}
            Subsystem sftp internal-sftp

            """);
        return $"{program} -i -f {folder["sshd_config"]}";
    }

    private static async Task<SshEndpoint> ListeningAsync(ToolProcess process, SshServerSetup setup, TestFolder folder)
    {
        var reader = new StreamReader(process.Output);
        var said = "";
        while (await reader.ReadLineAsync().WaitAsync(SessionFixture.Patience) is { } line)
        {
            said += line + "\n";
            if (ListeningPattern().Match(line) is { Success: true } match)
            {
                return setup.BehindSocket
                    ? SshEndpoint.Socket(folder["s p.sock"])
                    : SshEndpoint.Tcp("127.0.0.1", int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
            }
        }

        throw new InvalidOperationException($"the server did not start: {said}");
    }

    private static string Places(string options, IEnumerable<string> places) =>
        string.Concat(places.Select(place => $"mount -t tmpfs -o {options} tmpfs '{place}'; ")) + $"mount -o remount,{options} /run";

    private static string Quote(string word) => $"'{word}'";

    [GeneratedRegex(@"listening on AF=(?:2 127\.0\.0\.1:(\d+)|1 )")]
    private static partial Regex ListeningPattern();
}
