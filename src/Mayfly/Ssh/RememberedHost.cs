using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>The key of a named machine in Mayfly's file of known hosts, which is forgotten with the machine.</summary>
internal sealed class RememberedHost(SshTrust trust) : IAsyncDisposable
{
    /// <inheritdoc/>
    /// <exception cref="MayflyException">The file can't be read, locked or written (MAY4001).</exception>
    public async ValueTask DisposeAsync()
    {
        if (trust.Hosts is not { } hosts)
        {
            return;
        }

        try
        {
            _ = await hosts.RemoveAsync(trust.Alias, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SandboxSshException exception)
        {
            throw new MayflyException(ErrorCode.TeardownIncomplete, $"the SSH key of '{trust.Alias}' is still known: {exception.Message}", exception);
        }
    }
}
