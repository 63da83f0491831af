using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// The machine's process. <see cref="GuardedProgram"/> starts it, because it must be a child of the warden's main thread;
/// here is how any other process ends it.
/// </summary>
internal sealed class ProcessKind : IResourceKind
{
    private const int KillLimitMs = 1000;

    public string Kind => ResourceKind.Process;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making) =>
        throw new NativeException("a process can't be asked for as a resource", Errno.EINVAL);

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        // Without an identity it never ran, or had not been written down yet: then the kernel has killed it with its warden.
        if (ProcessIdentity.TryTake(handle.Facts, "") is { } identity && !HostProcesses.Kill(identity, KillLimitMs))
        {
            throw new NativeException($"process {identity.ProcessId} does not end", Errno.ETIMEDOUT);
        }
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place) => [];
}
