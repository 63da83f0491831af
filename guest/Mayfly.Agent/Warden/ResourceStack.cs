using Mayfly.Agent.Native;
using Mayfly.Agent.Warden.Resources;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>The resources of one living sandbox in the order of making, each on disk before it exists.</summary>
internal sealed class ResourceStack(SandboxPlace place, HandleJournal journal, Func<string, IResourceKind?> kinds) : IDisposable
{
    private readonly List<Entry> _entries = [];

    public IReadOnlyList<Descriptor> Inherited => [.. _entries.SelectMany(entry => entry.Making?.Inherited ?? [])];

    public IReadOnlyList<Descriptor> Joined => [.. _entries.SelectMany(entry => entry.Making?.Joined ?? [])];

    public IReadOnlyList<ResourceHandle> Handles => [.. _entries.Select(entry => entry.Handle)];

    /// <summary>Makes the next resource.</summary>
    /// <returns>What the owner should know about it.</returns>
    /// <exception cref="NativeException">It can't be made; what was begun goes with the others.</exception>
    public IReadOnlyList<string> Make(ResourceHandle wanted)
    {
        var kind = kinds(wanted.Kind) ?? throw new NativeException($"a resource of the kind '{wanted.Kind}'", Errno.EINVAL);
        var making = new ResourceMaking(place, [.. _entries.Select(entry => entry.Handle)]);
        var entry = Announce(wanted, making);
        Complete(entry, kind.Make(wanted, making));
        return making.Notes;
    }

    /// <summary>Writes down that a resource is about to exist that somebody else makes.</summary>
    public Entry Announce(ResourceHandle wanted, ResourceMaking? making = null)
    {
        var entry = new Entry(_entries.Count + 1, wanted, making);
        journal.Write(new HandleLine(entry.Number, HandleState.Making, wanted));
        _entries.Add(entry);
        return entry;
    }

    /// <summary>Writes down that it exists now.</summary>
    public void Complete(Entry entry, IReadOnlyDictionary<string, string> facts)
    {
        entry.Handle = entry.Handle.With(facts);
        journal.Write(new HandleLine(entry.Number, HandleState.Made, entry.Handle));
    }

    /// <summary>Releases all of them in reverse, each within its time; one that fails does not keep the others.</summary>
    /// <returns>What is still there, and why.</returns>
    public IReadOnlyList<string> ReleaseAll()
    {
        var left = new List<string>();
        for (var index = _entries.Count - 1; index >= 0; index--)
        {
            var entry = _entries[index];
            entry.Making?.Dispose();
            if (ResourceRelease.TryRelease(entry.Handle, place, kinds) is { } problem)
            {
                left.Add(problem);
            }
            else
            {
                journal.TryWrite(new HandleLine(entry.Number, HandleState.Gone, new ResourceHandle(entry.Handle.Kind, new Dictionary<string, string>())));
            }
        }

        _entries.Clear();
        return left;
    }

    public void Dispose() => journal.Dispose();

    /// <summary>One resource.</summary>
    internal sealed class Entry(int number, ResourceHandle handle, ResourceMaking? making)
    {
        public int Number => number;

        public ResourceHandle Handle { get; set; } = handle;

        public ResourceMaking? Making => making;
    }
}
