using System.Buffers.Text;
using System.Globalization;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>
/// A command's tree as a cgroup v2 group, which nothing can leave. Making and removing a group costs an emulated
/// machine nearly as much as the command, so a group without limits serves one command after another.
/// </summary>
internal sealed class ControlGroupTree : IProcessTree, IEventSource
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly string _path;
    private readonly Action<ControlGroupTree> _released;
    private readonly Descriptor _join;
    private readonly Descriptor _events;
    private readonly Descriptor _memoryEvents;
    private readonly Watch _watch;
    private Action? _whenEmpty;
    private bool _returning;
    private long _killsBefore;

    /// <summary><paramref name="released"/> is called when the command is over and none of its processes is left.</summary>
    public ControlGroupTree(EventLoop loop, string path, Action<ControlGroupTree> released)
    {
        _path = path;
        _released = released;
        _join = Libc.Open($"{path}/cgroup.procs", Linux.O_WRONLY | Linux.O_CLOEXEC, 0);
        _events = Libc.Open($"{path}/cgroup.events", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (_join.IsInvalid || _events.IsInvalid)
        {
            var exception = NativeException.Last($"opening {path}");
            Remove();
            throw exception;
        }

        _memoryEvents = Libc.Open($"{path}/memory.events", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        _watch = new Watch(loop, _events, Linux.EPOLLPRI, this);
    }

    public int JoinDescriptor => _join.Number;

    public bool RanOutOfMemory => CountMemoryKills() > _killsBefore;

    public void Attach(int processId)
    {
        // It has joined by itself, before it became its program.
    }

    public void Signal(int signal)
    {
        foreach (var line in (Files.TryReadText($"{_path}/cgroup.procs", MaxFileBytes) ?? "").Split('\n'))
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process > 0)
            {
                _ = Libc.Kill(process, signal);
            }
        }
    }

    public void Kill()
    {
        // Kernels before 5.14 have no cgroup.kill; then as often as it takes, because a process may fork meanwhile.
        if (Files.WriteText($"{_path}/cgroup.kill", "1") != 0)
        {
            for (var round = 0; round < 100 && IsPopulated(); round++)
            {
                Signal(Linux.SIGKILL);
            }
        }
    }

    public void WhenEmpty(Action callback)
    {
        _whenEmpty = callback;
        Check();
    }

    public void Release()
    {
        _returning = true;
        Check();
    }

    public void OnReady(uint events) => Check();

    /// <summary>Removes the group; nothing is in it.</summary>
    public void Remove()
    {
        _join.Dispose();
        _events.Dispose();
        _memoryEvents?.Dispose();
        _ = Libc.RemoveDirectory(_path);
    }

    private void Check()
    {
        if (IsPopulated())
        {
            _watch.Start();
            return;
        }

        _watch.Stop();
        var callback = _whenEmpty;
        _whenEmpty = null;
        callback?.Invoke();

        if (_returning)
        {
            _returning = false;

            // Now, when nobody waits, rather than when the next command is about to start.
            _killsBefore = CountMemoryKills();
            _released(this);
        }
    }

    /// <summary>Reading the file also arms its next event.</summary>
    private unsafe bool IsPopulated()
    {
        var buffer = stackalloc byte[256];

        // SAFETY: at most 256 bytes go into the buffer, and only what was read is looked at.
        var count = (int)Libc.ReadAt(_events, buffer, 256, 0);
        return count > 0 && new ReadOnlySpan<byte>(buffer, count).IndexOf("populated 1"u8) >= 0;
    }

    private unsafe long CountMemoryKills()
    {
        if (_memoryEvents.IsInvalid)
        {
            return 0;
        }

        var buffer = stackalloc byte[512];

        // SAFETY: at most 512 bytes go into the buffer, and only what was read is looked at.
        var count = (int)Libc.ReadAt(_memoryEvents, buffer, 512, 0);
        var text = new ReadOnlySpan<byte>(buffer, Math.Max(count, 0));
        var counter = "\noom_kill "u8;
        var start = text.IndexOf(counter);
        return start >= 0 && Utf8Parser.TryParse(text[(start + counter.Length)..], out long kills, out _) ? kills : 0;
    }
}
