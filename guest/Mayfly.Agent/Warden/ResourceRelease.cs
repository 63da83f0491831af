using Mayfly.Agent.Native;
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
        thread.Start();
        return thread.Join(_limit) ? problem : $"{handle}: its release hangs in the kernel";
    }

    private static string? Release(IResourceKind kind, ResourceHandle handle, SandboxPlace place)
    {
        try
        {
            kind.Release(handle, place);
            return null;
        }
        catch (NativeException exception)
        {
            return $"{handle}: {exception.Message}";
        }
    }
}
