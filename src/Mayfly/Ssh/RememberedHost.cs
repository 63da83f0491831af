namespace Mayfly.Ssh;

/// <summary>The key of a named machine in Mayfly's file of known hosts, which is forgotten with the machine.</summary>
internal sealed class RememberedHost(SshTrust trust) : IAsyncDisposable
{
    /// <inheritdoc/>
    /// <exception cref="SandboxSshException">MAY2106: the file can't be read, locked or written.</exception>
    public async ValueTask DisposeAsync()
    {
        if (trust.Hosts is { } hosts)
        {
            _ = await hosts.RemoveAsync(trust.Alias, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
