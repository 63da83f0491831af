using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>
/// By what key a server is known: a pinned one, or the one that a first connection has entered in <see cref="KnownHosts"/>.
/// </summary>
internal sealed class SshTrust
{
    private readonly SshPublicKey? _pinned;
    private readonly bool _firstUse;

    private SshTrust(string alias, SshPublicKey? pinned, KnownHosts? hosts, bool firstUse) =>
        (Alias, _pinned, Hosts, _firstUse) = (alias, pinned, hosts, firstUse);

    /// <summary>What the server is called where its key is looked up.</summary>
    public string Alias { get; }

    /// <summary>Where its key is known from; null where it is pinned.</summary>
    public KnownHosts? Hosts { get; }

    /// <summary>This key, whatever any file says.</summary>
    public static SshTrust Pin(string alias, SshPublicKey key) => key.SignatureAlgorithms is null
        ? throw new SandboxConfigurationException(
            ErrorCode.InvalidOption, $"SandboxSsh.HostKey is a key of the kind '{GuestText.Neutralise(key.Algorithm)}', which OpenSSH does not take. Give the server's ssh-ed25519 key.")
        : new(alias, key, null, firstUse: false);

    /// <summary>This key, as <c>SandboxSsh.HostKey</c> gives it.</summary>
    /// <exception cref="SandboxConfigurationException">It is none (MAY1001).</exception>
    public static SshTrust Pin(string alias, string key) => SshPublicKey.TryParse(key, out var parsed)
        ? Pin(alias, parsed)
        : throw new SandboxConfigurationException(
            ErrorCode.InvalidOption, "SandboxSsh.HostKey is not a public key. Give the content of the server's .pub file, such as 'ssh-ed25519 AAAA...'.");

    /// <summary>The key that is known, or the first one that is seen.</summary>
    public static SshTrust FirstUse(string alias, KnownHosts hosts) => new(alias, null, hosts, firstUse: true);

    /// <summary>The key that is known, and no other.</summary>
    public static SshTrust Known(string alias, KnownHosts hosts) => new(alias, null, hosts, firstUse: false);

    /// <summary>The key the server must have; null where the first one is to be trusted.</summary>
    /// <exception cref="SandboxSshException">MAY2105: it is not known and may not be trusted; MAY2106.</exception>
    public SshPublicKey? Expect()
    {
        var expected = _pinned ?? Hosts!.Find(Alias);
        return expected is null && !_firstUse ? throw SshErrors.HostKeyUnknown(this) : expected;
    }

    /// <summary>Remembers the key of a first connection before anything else is done over it.</summary>
    /// <exception cref="SandboxSshException">MAY2104: another process has meanwhile seen another key; MAY2106.</exception>
    public async Task RememberAsync(SshPublicKey presented, CancellationToken cancellationToken)
    {
        var known = await Hosts!.EnterAsync(Alias, presented, cancellationToken).ConfigureAwait(false);
        if (!known.Equals(presented))
        {
            throw SshErrors.HostKeyChanged(this, known, $"{presented.Algorithm} {presented.Fingerprint}");
        }
    }
}
