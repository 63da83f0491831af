namespace Mayfly.Xunit.Execution;

/// <summary>What one running test does with sandboxes, its own and its fixture's.</summary>
/// <param name="name">The test's display name.</param>
/// <param name="testClass">Its class.</param>
/// <param name="time">The clock.</param>
internal sealed class TestScope(string name, Type testClass, TimeProvider time) : ISandboxObserver
{
    private const int MaxOperations = 200;
    private static readonly AsyncLocal<TestScope?> Ambient = new();

    private readonly Lock _gate = new();
    private readonly long _begun = time.GetTimestamp();
    private Queue<ObservedOperation> _operations = new();
    private readonly List<Sandbox> _sandboxes = [];
    private readonly HashSet<SandboxFixture> _fixtures = [];
    private readonly List<string> _notes = [];
    private long _dropped;
    private volatile bool _over;
    private volatile bool _closed;

    /// <summary>The test this flow of control belongs to; null outside of tests.</summary>
    public static TestScope? Current => Ambient.Value;

    /// <summary>The test's display name.</summary>
    public string Name => name;

    /// <summary>The class whose test it is.</summary>
    public Type TestClass => testClass;

    /// <summary>Every sandbox used so far, in order of first use.</summary>
    public IReadOnlyList<Sandbox> Sandboxes
    {
        get
        {
            lock (_gate)
            {
                return [.. _sandboxes];
            }
        }
    }

    /// <summary>The last operations, in order of their beginning.</summary>
    public IReadOnlyList<ObservedOperation> Operations
    {
        get
        {
            lock (_gate)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>Earlier operations that are no longer kept.</summary>
    public long DroppedOperations => Interlocked.Read(ref _dropped);

    /// <summary>What the test's output is to say, failed or not; a line each.</summary>
    public string Notes
    {
        get
        {
            lock (_gate)
            {
                return string.Concat(_notes.Select(note => note + Environment.NewLine));
            }
        }
    }

    /// <summary>Makes this the current flow's test and hears of its sandboxes until disposal.</summary>
    public IDisposable Enter()
    {
        Ambient.Value = this;
        return Sandbox.Observe(this);
    }

    /// <summary>From now on the test can begin nothing: what is left of it must not touch the next test's sandbox.</summary>
    public void EndAtDeadline() => _over = true;

    /// <summary>Throws where the test can be given nothing any more, and what asks is only left of it.</summary>
    /// <exception cref="OperationCanceledException">It has passed its deadline, or has ended.</exception>
    public void ThrowIfOver()
    {
        ThrowIfPastDeadline();
        if (_closed)
        {
            throw new OperationCanceledException($"The test {name} has ended and can be given no sandbox any more.");
        }
    }

    /// <summary>Notes a fixture that is to hear of the test's end.</summary>
    /// <exception cref="OperationCanceledException">It has ended already.</exception>
    public void Join(SandboxFixture fixture)
    {
        lock (_gate)
        {
            ThrowIfOver();
            _fixtures.Add(fixture);
        }
    }

    /// <summary>The fixtures to tell of the test's end; no other can join.</summary>
    public IReadOnlyList<SandboxFixture> Close()
    {
        lock (_gate)
        {
            _closed = true;
            return [.. _fixtures];
        }
    }

    /// <summary>Adds a line to the test's output.</summary>
    public void Note(string line)
    {
        lock (_gate)
        {
            _notes.Add(line);
        }
    }

    /// <summary>Notes a sandbox the test has at hand.</summary>
    public void Use(Sandbox sandbox)
    {
        lock (_gate)
        {
            if (!_sandboxes.Contains(sandbox))
            {
                _sandboxes.Add(sandbox);
            }
        }
    }

    /// <summary>Drops a sandbox, and what was done to it, that is none of the test's after all.</summary>
    public void Forget(Sandbox sandbox)
    {
        lock (_gate)
        {
            _sandboxes.Remove(sandbox);
            _operations = new(_operations.Where(each => each.Operation.Sandbox != sandbox));
        }
    }

    /// <inheritdoc/>
    public void OnStarted(Sandbox sandbox)
    {
        ThrowIfPastDeadline();
        Use(sandbox);
    }

    /// <inheritdoc/>
    public void OnOperation(SandboxOperation operation)
    {
        ThrowIfPastDeadline();
        Use(operation.Sandbox);
        lock (_gate)
        {
            if (_operations.Count == MaxOperations)
            {
                _operations.Dequeue();
                _dropped++;
            }

            _operations.Enqueue(new ObservedOperation(time.GetElapsedTime(_begun), operation));
        }
    }

    private void ThrowIfPastDeadline()
    {
        if (_over)
        {
            throw new OperationCanceledException($"The test {name} has passed its deadline and can use no sandbox any more.");
        }
    }
}
