namespace Mayfly.Tests.Sandboxes.Vsock;

/// <summary>Whether this process grows while much passes through it.</summary>
internal sealed class MemoryWatch
{
    private const long AllowedBytes = 64 * 1024 * 1024;

    private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
    private long _most;

    /// <summary>Garbage that is not collected yet counts too; a leak of the data would be many times what is allowed.</summary>
    public void Look() => _most = Math.Max(_most, GC.GetTotalMemory(forceFullCollection: false));

    public void AssertFlat() => Assert.InRange(_most - _before, long.MinValue, AllowedBytes);
}
