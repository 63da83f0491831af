using System.Globalization;
using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>What the making of one resource sees of the others, and what it leaves for the program.</summary>
/// <param name="place">The sandbox.</param>
/// <param name="made">The resources made so far, in order.</param>
internal sealed class ResourceMaking(SandboxPlace place, IReadOnlyList<ResourceHandle> made) : IDisposable
{
    /// <summary>Above every number a program can inherit by.</summary>
    private const int LowestHeld = 100;

    private readonly List<Descriptor> _held = [];

    public SandboxPlace Place => place;

    /// <summary>Descriptors that the program inherits, from <see cref="Spawner.FirstInherited"/> on.</summary>
    public List<Descriptor> Inherited { get; } = [];

    /// <summary>Open cgroup.procs files that the program joins by.</summary>
    public List<Descriptor> Joined { get; } = [];

    /// <summary>What the owner should know about it, such as a limit that can't be had here.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>A resource of the same plan.</summary>
    /// <exception cref="NativeException">There is none.</exception>
    public ResourceHandle Get(string kind, string? name) =>
        made.FirstOrDefault(handle => handle.Kind == kind && handle["name"] == name)
        ?? throw new NativeException(string.Create(CultureInfo.InvariantCulture, $"{kind} {name} is not part of the plan"), Errno.ENOENT);

    /// <summary>Keeps a descriptor open until the resource is released.</summary>
    public void Hold(Descriptor descriptor) => _held.Add(descriptor);

    /// <summary>Keeps a descriptor open and gives it to the program; takes ownership of it.</summary>
    /// <exception cref="NativeException">There are too many open files.</exception>
    public void Inherit(Descriptor descriptor)
    {
        using (descriptor)
        {
            var high = Libc.Duplicate(descriptor, Linux.F_DUPFD_CLOEXEC, LowestHeld);
            if (high.IsInvalid)
            {
                throw NativeException.Last("duplicating a descriptor");
            }

            _held.Add(high);
            Inherited.Add(high);
        }
    }

    /// <summary>Keeps an open cgroup.procs until the program has joined by it.</summary>
    public void Join(Descriptor procs)
    {
        _held.Add(procs);
        Joined.Add(procs);
    }

    /// <summary>Closes what is held.</summary>
    public void Dispose()
    {
        foreach (var descriptor in _held)
        {
            descriptor.Dispose();
        }
    }
}
