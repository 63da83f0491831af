using System.Globalization;
using Mayfly.Agent.Boot;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Warden;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>The part of the cgroup v2 hierarchy that commands live in, one group for each that runs.</summary>
internal sealed class ControlGroups
{
    public const string Root = "/sys/fs/cgroup";

    // Where systems have version 1 beside it.
    private const string OtherRoot = $"{Root}/unified";
    private const int MaxIdle = 16;

    private readonly Stack<ControlGroupTree> _idle = new();
    private readonly string? _parent;
    private readonly bool _memory;
    private readonly bool _processes;

    private ControlGroups(string? parent, bool memory, bool processes)
    {
        _parent = parent;
        _memory = memory;
        _processes = processes;
        if (parent is not null)
        {
            _ = Files.WriteText($"{parent}/cgroup.subtree_control", "+memory");
            _ = Files.WriteText($"{parent}/cgroup.subtree_control", "+pids");
        }
    }

    /// <summary>Those of a machine that is the agent's own.</summary>
    public static ControlGroups OfMachine(BootLog log)
    {
        var memory = Enable(Root, "memory", log);
        var processes = Enable(Root, "pids", log);
        string? parent = $"{Root}/mayfly";
        if (!TryMake(parent))
        {
            log.Warn($"commands run without control groups: {NativeException.Last($"making {parent}").Message}");
            parent = null;
        }

        return new ControlGroups(parent, memory, processes);
    }

    /// <summary>Those of a session in a machine of somebody else's: what can be had there, which for most users is nothing.</summary>
    public static ControlGroups OfSession()
    {
        foreach (var root in (ReadOnlySpan<string>)[Root, OtherRoot])
        {
            // Its absence says that something else is mounted there, where a directory is but a directory.
            var parent = string.Create(CultureInfo.InvariantCulture, $"{root}/mayfly-session-{Libc.ProcessId()}");
            if (Files.TryRead($"{root}/cgroup.procs", 1) is not null && TryMake(parent))
            {
                return new ControlGroups(parent, Enable(root, "memory", log: null), Enable(root, "pids", log: null));
            }
        }

        return new ControlGroups(null, memory: false, processes: false);
    }

    /// <summary>Ends all commands there are, at once.</summary>
    public void KillAll()
    {
        if (_parent is not null)
        {
            _ = Files.WriteText($"{_parent}/cgroup.kill", "1");
        }
    }

    /// <summary>Removes the groups that nobody is in any more.</summary>
    public void RemoveAll()
    {
        if (_parent is not null)
        {
            _ = DirectoryRemover.Remove(_parent);
        }
    }

    /// <param name="loop">Where the group's events are awaited.</param>
    /// <param name="name">Names a group that is made for it: see <see cref="Session.ChannelLink.Name"/>.</param>
    /// <param name="memoryBytes">The limit of its memory, if any.</param>
    /// <param name="maxProcesses">The limit of its processes, if any.</param>
    /// <exception cref="StartException">A limit was asked for that can't be set, or no group can be made.</exception>
    public IProcessTree CreateTree(EventLoop loop, string name, long? memoryBytes, int? maxProcesses)
    {
        if ((memoryBytes is not null && !_memory) || (maxProcesses is not null && !_processes))
        {
            throw new StartException(StartFailure.Other, "the guest's kernel offers no control groups to limit memory or processes with");
        }

        if (_parent is null)
        {
            return new SessionTree();
        }

        var limited = memoryBytes is not null || maxProcesses is not null;
        if (limited || !_idle.TryPop(out var tree))
        {
            tree = Make(loop, $"{_parent}/{name}", memoryBytes, maxProcesses, limited);
        }

        return tree;
    }

    private ControlGroupTree Make(EventLoop loop, string path, long? memoryBytes, int? maxProcesses, bool limited)
    {
        if (!TryMake(path))
        {
            throw new StartException(StartFailure.NoResources, NativeException.Last($"making {path}").Message);
        }

        try
        {
            Limit(path, "memory.max", memoryBytes);
            if (memoryBytes is not null)
            {
                // Absent where the kernel has no swap, and then not needed.
                _ = Files.WriteText($"{path}/memory.swap.max", "0");
            }

            Limit(path, "pids.max", maxProcesses);
            return new ControlGroupTree(loop, path, limited ? Remove : Keep);
        }
        catch (NativeException exception)
        {
            throw new StartException(StartFailure.NoResources, exception.Message);
        }
        catch (StartException)
        {
            _ = Libc.RemoveDirectory(path);
            throw;
        }
    }

    private static bool TryMake(string path) => Libc.MakeDirectory(path, 0b111_101_101) == 0;

    private static void Remove(ControlGroupTree tree) => tree.Remove();

    private void Keep(ControlGroupTree tree)
    {
        if (_idle.Count < MaxIdle)
        {
            _idle.Push(tree);
        }
        else
        {
            tree.Remove();
        }
    }

    private static void Limit(string path, string file, long? value)
    {
        if (value is { } limit && Files.WriteText($"{path}/{file}", $"{limit}") is not 0 and var errno)
        {
            throw new StartException(StartFailure.Other, $"could not set {file} to {limit}: {NativeException.Describe(errno)}");
        }
    }

    private static bool Enable(string root, string controller, BootLog? log)
    {
        var errno = Files.WriteText($"{root}/cgroup.subtree_control", $"+{controller}");
        if (errno != 0)
        {
            log?.Warn($"the {controller} control group controller is not to be had: {NativeException.Describe(errno)}");
        }

        return errno == 0;
    }
}
