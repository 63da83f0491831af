using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// How one kind of resource is made and released. Has no state: what is to be known about a resource is in its handle,
/// which is on disk before it is made, so that another process can release it as well.
/// </summary>
internal interface IResourceKind
{
    /// <summary>One of <see cref="ResourceKind"/>.</summary>
    string Kind { get; }

    /// <summary>Makes it.</summary>
    /// <param name="wanted">What was asked for, already on disk.</param>
    /// <param name="making">Where, beside what, and what is to be held open.</param>
    /// <returns>Facts that are known only now, for the record.</returns>
    /// <exception cref="Native.NativeException">It can't be made. What was begun may be left to <see cref="Release"/>.</exception>
    IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making);

    /// <summary>
    /// Releases it by its handle, whether it was made wholly, partly or not at all; what is not ours is not touched. Blocks
    /// at most for moments, or is given up by the caller.
    /// </summary>
    /// <exception cref="Native.NativeException">It is still there.</exception>
    void Release(ResourceHandle handle, SandboxPlace place);

    /// <summary>What the sandbox has of this kind by the names that follow from its id, for a record that can't be read.</summary>
    IReadOnlyList<ResourceHandle> Find(SandboxPlace place);
}
