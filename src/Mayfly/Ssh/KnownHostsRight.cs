using Mayfly.Native;

namespace Mayfly.Ssh;

/// <summary>The right to change a file of known hosts: the process's gate, then the lock across processes.</summary>
internal sealed class KnownHostsRight(SemaphoreSlim gate, FileLock held) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        held.Dispose();
        gate.Release();
    }
}
