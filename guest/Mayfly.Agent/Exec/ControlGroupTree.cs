using System.Globalization;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>A command's tree as a cgroup v2 group, which nothing can leave.</summary>
internal sealed class ControlGroupTree : IProcessTree, IEventSource
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly string _path;
    private readonly Descriptor _events;
    private readonly Watch _watch;
    private Descriptor? _join;
    private Action? _whenEmpty;
    private bool _released;
    private bool _removed;

    public ControlGroupTree(EventLoop loop, string path)
    {
        _path = path;
        _join = Libc.Open($"{path}/cgroup.procs", Linux.O_WRONLY | Linux.O_CLOEXEC, 0);
        _events = Libc.Open($"{path}/cgroup.events", Linux.O_RDONLY | Linux.O_CLOEXEC, 0);
        if (_join.IsInvalid || _events.IsInvalid)
        {
            throw NativeException.Last($"opening {path}");
        }

        _watch = new Watch(loop, _events, Linux.EPOLLPRI, this);
    }

    public int JoinDescriptor => _join?.Number ?? -1;

    public bool RanOutOfMemory
    {
        get
        {
            const string Counter = "oom_kill ";
            var events = Files.TryReadText($"{_path}/memory.events", MaxFileBytes) ?? "";
            return events.Split('\n').Any(line => line.StartsWith(Counter, StringComparison.Ordinal) && line[Counter.Length..] != "0");
        }
    }

    public void Attach(int processId)
    {
        _join?.Dispose();
        _join = null;
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
        _released = true;
        Check();
    }

    public void OnReady(uint events) => Check();

    private void Check()
    {
        if (IsPopulated())
        {
            if (_released || _whenEmpty is not null)
            {
                _watch.Start();
            }

            return;
        }

        var callback = _whenEmpty;
        _whenEmpty = null;
        callback?.Invoke();
        if (_released && !_removed)
        {
            _removed = true;
            _watch.Stop();
            _events.Dispose();
            _join?.Dispose();
            _ = Libc.RemoveDirectory(_path);
        }
    }

    /// <summary>Reading the file also arms its next event.</summary>
    private unsafe bool IsPopulated()
    {
        if (_removed)
        {
            return false;
        }

        var buffer = stackalloc byte[256];

        // SAFETY: at most 256 bytes go into the buffer, and only what was read is looked at.
        var count = (int)Libc.ReadAt(_events, buffer, 256, 0);
        return count > 0 && new ReadOnlySpan<byte>(buffer, count).IndexOf("populated 1"u8) >= 0;
    }
}
