using System.Text.RegularExpressions;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>Knows of each machine by the directory that is made for it, however quiet its build is.</summary>
internal sealed partial class MachineWatch : IDisposable
{
    private const string Marker = ".seen-";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<string> _all = [];
    private readonly HashSet<string> _present = new(StringComparer.Ordinal);
    private readonly List<TaskCompletionSource> _waiting = [];
    private readonly Dictionary<string, TaskCompletionSource> _markers = [];
    private readonly FileSystemWatcher _watcher;
    private readonly string _directory;
    private int _taken;

    public MachineWatch(string directory)
    {
        _directory = directory;
        _watcher = new FileSystemWatcher(directory) { NotifyFilter = NotifyFilters.DirectoryName };
        _watcher.Created += (_, made) => Add(made.Name!);
        _watcher.Renamed += (_, made) =>
        {
            Remove(made.OldName!);
            Add(made.Name!);
        };
        _watcher.Deleted += (_, gone) => Remove(gone.Name!);
        _watcher.Error += (_, error) => Fail(error.GetException());
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>The machines of all time, by their ids.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>Those that came after the last call.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync()
    {
        // Events come in their order: when this one is here, all before it are.
        var name = Marker + Guid.NewGuid().ToString("N");
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _markers.Add(name, seen);
        }

        Directory.CreateDirectory(Path.Combine(_directory, name));
        await seen.Task.WaitAsync(Patience);
        Directory.Delete(Path.Combine(_directory, name));
        lock (_gate)
        {
            var started = _all[_taken..];
            _taken = _all.Count;
            return started;
        }
    }

    /// <summary>Completes when none of them has a directory any more.</summary>
    public Task NoneAsync()
    {
        lock (_gate)
        {
            if (_present.Count == 0)
            {
                return Task.CompletedTask;
            }

            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(waiting);
            return waiting.Task.WaitAsync(Patience);
        }
    }

    public void Dispose() => _watcher.Dispose();

    private void Add(string name)
    {
        lock (_gate)
        {
            if (_markers.Remove(name, out var seen))
            {
                seen.SetResult();
            }
            else if (MachineId.IsMatch(name))
            {
                _all.Add(name);
                _present.Add(name);
            }
        }
    }

    private void Remove(string name)
    {
        lock (_gate)
        {
            if (_present.Remove(name) && _present.Count == 0)
            {
                _waiting.ForEach(waiting => waiting.TrySetResult());
                _waiting.Clear();
            }
        }
    }

    private void Fail(Exception exception)
    {
        lock (_gate)
        {
            foreach (var seen in _markers.Values)
            {
                seen.TrySetException(exception);
            }
        }
    }

    [GeneratedRegex(@"\A[a-z2-7]{10}\z", RegexOptions.CultureInvariant)]
    private static partial Regex MachineId { get; }
}
