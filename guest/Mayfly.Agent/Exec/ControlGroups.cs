using Mayfly.Agent.Boot;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>The part of the cgroup v2 hierarchy that commands live in, one group for each that runs.</summary>
internal sealed class ControlGroups
{
    public const string Root = "/sys/fs/cgroup";
    private const string Parent = $"{Root}/mayfly";

    private const int MaxIdle = 16;

    private readonly Stack<ControlGroupTree> _idle = new();
    private readonly bool _available;
    private readonly bool _memory;
    private readonly bool _processes;

    public ControlGroups(BootLog log)
    {
        _memory = Enable("memory", log);
        _processes = Enable("pids", log);
        _available = Libc.MakeDirectory(Parent, 0b111_101_101) == 0;
        if (!_available)
        {
            log.Warn($"commands run without control groups: {NativeException.Last($"making {Parent}").Message}");
            return;
        }

        _ = Files.WriteText($"{Parent}/cgroup.subtree_control", "+memory");
        _ = Files.WriteText($"{Parent}/cgroup.subtree_control", "+pids");
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

        if (!_available)
        {
            return new SessionTree();
        }

        var limited = memoryBytes is not null || maxProcesses is not null;
        if (limited || !_idle.TryPop(out var tree))
        {
            tree = Make(loop, $"{Parent}/{name}", memoryBytes, maxProcesses, limited);
        }

        tree.Take();
        return tree;
    }

    private ControlGroupTree Make(EventLoop loop, string path, long? memoryBytes, int? maxProcesses, bool limited)
    {
        if (Libc.MakeDirectory(path, 0b111_101_101) != 0)
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

    private static bool Enable(string controller, BootLog log)
    {
        var errno = Files.WriteText($"{Root}/cgroup.subtree_control", $"+{controller}");
        if (errno != 0)
        {
            log.Warn($"the {controller} control group controller is not to be had: {NativeException.Describe(errno)}");
        }

        return errno == 0;
    }
}
