using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>A TAP device, which the program inherits opened. Not persistent: the kernel removes it with its last descriptor.</summary>
internal sealed class TapKind : IResourceKind
{
    public string Kind => ResourceKind.Tap;

    public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
    {
        making.Inherit(TapDevice.Create(NameOf(making.Place), wanted["bridge"], wanted["address"]));
        return new Dictionary<string, string>();
    }

    public void Release(ResourceHandle handle, SandboxPlace place) => TapDevice.Remove(NameOf(place));

    public IReadOnlyList<ResourceHandle> Find(SandboxPlace place) => Directory.Exists($"/sys/class/net/{NameOf(place)}")
        ? [ResourceHandle.Of(Kind, ("name", NameOf(place)))]
        : [];

    /// <summary>Always of the sandbox's own, whatever a record says.</summary>
    private static string NameOf(SandboxPlace place) => ResourceNames.Tap(place.Id);
}
