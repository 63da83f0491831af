using System.Net;
using Mayfly.Diagnostics;
using Mayfly.Images;
using Mayfly.Images.Tools;
using Mayfly.Session;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging;

namespace Mayfly.Ssh;

/// <summary>
/// What one sandbox has of SSH: the keys, made before the guest boots so that the guest has them and the host knows them; and
/// once it is up, the files with which programs reach its server, and the session over it.
/// </summary>
internal sealed class SshSetup
{
    private readonly SshFiles _files;
    private readonly SandboxSsh _ssh;
    private readonly SandboxOptions _options;
    private readonly string _identityPath;
    private readonly ILogger _logger;

    private SshSetup(SshFiles files, SandboxSsh ssh, SandboxOptions options, ILogger logger)
    {
        _files = files;
        _ssh = ssh;
        _options = options;
        _identityPath = ssh.IdentityPath is { } own ? Path.GetFullPath(own) : files.Identity;
        _logger = logger;
    }

    /// <summary>What the guest is given; null where an image of one's own keeps what it has.</summary>
    public SshGuestFiles? GuestFiles { get; private init; }

    /// <summary>By what key the server is known.</summary>
    private SshTrust Trust { get; init; } = null!;

    /// <summary>Makes the keys in the sandbox's directory.</summary>
    /// <param name="options">What the sandbox is made of; it wants SSH.</param>
    /// <param name="directory">The sandbox's directory.</param>
    /// <param name="logger">Where the session reports.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SandboxConfigurationException">OpenSSH is missing (MAY1015), or a key of the user's can't be used (MAY1001).</exception>
    /// <exception cref="SandboxSshException">The known hosts can't be read (MAY2106).</exception>
    /// <exception cref="MayflyException">A key can't be made (MAY1020).</exception>
    public static async Task<SshSetup> MakeAsync(SandboxOptions options, string directory, ILogger logger, CancellationToken cancellationToken)
    {
        var files = new SshFiles(directory);
        var ssh = options.Ssh ?? new SandboxSsh();

        // An image of one's own that is opened with one's own key is left as it is, its server's key too.
        if (options.InitramfsPath is not null && ssh.IdentityPath is not null)
        {
            return new SshSetup(files, ssh, options, logger) { Trust = TrustOf(options, ssh, options.InitramfsPath) };
        }

        var program = await SshProgram.LocateAsync(cancellationToken).ConfigureAwait(false);
        var comment = files.HostAlias;
        var allowed = ssh.IdentityPath is { } own
            ? await PublicHalfAsync(program, own, cancellationToken).ConfigureAwait(false)
            : (await SshKeyPair.CreateAsync(program, files.Identity, comment, cancellationToken).ConfigureAwait(false)).PublicKey;
        var server = await SshKeyPair.CreateAsync(program, files.ServerKey, comment, cancellationToken).ConfigureAwait(false);
        var privateKey = await File.ReadAllBytesAsync(server.Path, cancellationToken).ConfigureAwait(false);

        // From here on it is in the sandbox's archive, until the guest has that.
        File.Delete(server.Path);
        File.Delete(server.Path + ".pub");
        return new SshSetup(files, ssh, options, logger)
        {
            Trust = SshTrust.Pin(files.HostAlias, server.PublicKey),
            GuestFiles = new SshGuestFiles(server.Seed, server.PublicKey.Raw, privateKey, $"{allowed} {comment}\n")
            {
                IsForeignImage = options.InitramfsPath is not null,
            },
        };
    }

    /// <summary>The sandbox's own socket, behind which is the guest's server: neither a network card nor a port is needed.</summary>
    public SshEndpoint Door => SshEndpoint.Socket(_files.Socket);

    /// <summary>Where the server of an image of one's own is reached from the host.</summary>
    public SshEndpoint ServerOf(NetworkReport network)
    {
        var mapped = network.Ports.FirstOrDefault(port => port.GuestPort == _ssh.Port && port.Protocol == PortProtocol.Tcp)?.HostEndPoint;
        var address = mapped is null ? network.GuestAddress! : mapped.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : mapped.Address;
        return SshEndpoint.Tcp(address.ToString(), mapped?.Port ?? _ssh.Port);
    }

    /// <summary>
    /// Has the key of a named machine forgotten when the machine is gone; that of an image stays, for its next machine. Only
    /// once the key has been accepted: one that has given an alarm stays known.
    /// </summary>
    public void ForgetAfter(AsyncStack resources)
    {
        if (_options.Name is not null)
        {
            resources.Push(new RememberedHost(Trust));
        }
    }

    /// <summary>Waits until a server that has yet to come up says that it speaks SSH.</summary>
    /// <returns>What it calls itself; untrusted.</returns>
    public Task<string> WaitForServerAsync(SshEndpoint server, TimeSpan patience, CancellationToken cancellationToken) =>
        new SshProbe(server, _ssh.ConnectTimeout, _options.TimeProvider).IdentifyAsync(patience, cancellationToken);

    /// <summary>Opens the door, and writes what programs need to come in by it.</summary>
    /// <param name="way">Carries the bytes.</param>
    /// <param name="resources">Holds the door from here on.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The sandbox's directory can't be written to.</exception>
    public async Task<SshAccess> OpenDoorAsync(IGuestConnection way, AsyncStack resources, CancellationToken cancellationToken)
    {
        var key = Trust.Expect()!;
        resources.Push(new SshDoor(_files.Socket, way, _options.TimeProvider, _logger));
        return await WriteAccessAsync(Door, key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what programs need to reach the server, whose key is known by now.</summary>
    public async Task<SshAccess> WriteAccessAsync(SshEndpoint server, SshPublicKey hostKey, CancellationToken cancellationToken)
    {
        OpenSshClient.WriteKnownHosts(_files.KnownHosts, Trust.Alias, hostKey);
        var host = _options.Name ?? Path.GetFileName(_files.Directory);
        var options = SshOptions.Connection(server, _ssh.User, _identityPath, Trust.Alias, _files.KnownHosts, hostKey, AgentBinary.Locate());
        await SshConfigFile.WriteAsync(_files.Config, host, options, cancellationToken).ConfigureAwait(false);
        return new SshAccess(_files, host, _ssh.User, _identityPath, hostKey.Raw);
    }

    /// <summary>Opens the session.</summary>
    /// <param name="server">Where the server is.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public Task<SshSession> ConnectAsync(SshEndpoint server, CancellationToken cancellationToken) => SshSession.OpenAsync(
        new SshPlan
        {
            Endpoint = server,
            User = _ssh.User,
            IdentityPath = _identityPath,
            Trust = Trust,
            KnownHostsPath = _files.KnownHosts,
            Client = _ssh.Client,
            Bootstrap = _options.InitramfsPath is null ? SshBootstrap.OfDefaultImage() : SshBootstrap.OfForeignImage(AgentBinary.Locate()),
            ConnectTimeout = _ssh.ConnectTimeout,
            HandshakeTimeout = _ssh.HandshakeTimeout,
        },
        _logger,
        _options.TimeProvider,
        cancellationToken);

    private static SshTrust TrustOf(SandboxOptions options, SandboxSsh ssh, string image)
    {
        // An image has the same key whichever machine boots it, until it is made anew; a named machine has its own.
        var alias = options.Name is { } name ? SshAlias.OfMachine(name) : SshAlias.OfImage(image);
        return ssh.HostKey is { } key ? SshTrust.Pin(alias, key)
            : ssh.TrustOnFirstUse ? SshTrust.FirstUse(alias, KnownHosts.OfUser(options.TimeProvider))
            : SshTrust.Known(alias, KnownHosts.OfUser(options.TimeProvider));
    }

    private static async Task<SshPublicKey> PublicHalfAsync(SshProgram program, string identity, CancellationToken cancellationToken)
    {
        var path = Path.GetFullPath(identity);
        var reading = ToolProcess.Start(program.KeygenPath, ["-y", "-P", "", "-f", path]);
        await using (reading.ConfigureAwait(false))
        {
            reading.Input.Close();
            using var reader = new StreamReader(reading.Output);
            var text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            var end = await reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            return end.Code == 0 && SshPublicKey.TryParse(text, out var key)
                ? key
                : throw new SandboxConfigurationException(
                    ErrorCode.InvalidOption,
                    $"SandboxSsh.IdentityPath is {path}, which can't be used: {GuestText.NeutraliseLines(end.ErrorText.Trim())}. Give a private key of mode 0600 without a passphrase, or none: Mayfly then makes one.");
        }
    }
}
