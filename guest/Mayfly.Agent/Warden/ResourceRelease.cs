using Mayfly.Agent.Warden.Resources;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>Releases one resource within a bounded time.</summary>
internal static class ResourceRelease
{
    /// <summary>
    /// More than any release takes that works, and short enough that the whole of a sandbox's fits into two seconds when
    /// one of them hangs.
    /// </summary>
    private static readonly TimeSpan _limit = TimeSpan.FromMilliseconds(1200);

    /// <returns>What is still there and why; null where nothing is.</returns>
    public static string? TryRelease(ResourceHandle handle, SandboxPlace place, Func<string, IResourceKind?> kinds)
    {
        if (kinds(handle.Kind) is not { } kind)
        {
            return $"{handle}: this version does not know the kind";
        }

        string? problem = null;

        // A thread of its own, because a call that hangs in the kernel can't be called back.
        var thread = new Thread(() => problem = Release(kind, handle, place)) { IsBackground = true };
        try
        {
            thread.Start();
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException)
        {
            // The host has no thread left to give; better without a bound than not at all.
            return Release(kind, handle, place);
        }

        return thread.Join(_limit) ? problem : $"{handle}: its release hangs in the kernel";
    }

    private static string? Release(IResourceKind kind, ResourceHandle handle, SandboxPlace place)
    {
        try
        {
            kind.Release(handle, place);
            return null;
        }
#pragma warning disable CA1031 // Whatever it is, it must not keep the other resources from their release.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"{handle}: {exception.Message}";
        }
    }
}
