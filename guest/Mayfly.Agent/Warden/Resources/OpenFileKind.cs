using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>A file that the program inherits opened for reading. It is somebody else's, and closed with its last user.</summary>
internal sealed class OpenFileKind : IResourceKind
{
    public string Kind => ResourceKind.OpenFile;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        var path = wanted["path"] ?? throw new NativeException("the path of a file to open is missing", Errno.EINVAL);
        var file = Libc.Open(path, Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (file.IsInvalid)
        {
            throw NativeException.Last($"opening '{path}'");
        }

        making.Inherit(file);
        return new Dictionary<string, string>();
    }

    public void Release(ResourceHandle handle, SandboxPlace place)
    {
        // Nothing but the descriptor, which the making holds.
    }

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place) => [];
}
