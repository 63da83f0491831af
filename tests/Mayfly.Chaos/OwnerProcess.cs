using System.Diagnostics;

namespace Mayfly.Chaos;

/// <summary>The harness's end of an <see cref="OwnerProgram"/>.</summary>
internal sealed class OwnerProcess : IDisposable
{
    /// <summary>The variable that this owner and all that comes of it have in their environment; its value is its own.</summary>
    public const string MarkVariable = "MAYFLY_CHAOS_MARK";

    private readonly Process _process;
    private readonly long _created = Stopwatch.GetTimestamp();
    private readonly TaskCompletionSource[] _reached = [.. Enum.GetValues<OwnerPhase>().Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private readonly TimeSpan[] _when = new TimeSpan[Enum.GetValues<OwnerPhase>().Length];
    private readonly Task<string> _errors;
    private readonly Task _reading;
    private readonly string _directory;

    /// <summary>Starts one that waits for its order.</summary>
    /// <param name="runtimeDirectory">What it takes for XDG_RUNTIME_DIR.</param>
    /// <param name="cache">What it takes for MAYFLY_CACHE; null for the user's own.</param>
    public OwnerProcess(string runtimeDirectory, string? cache = null)
    {
        Mark = Guid.NewGuid().ToString("N");
        _directory = Directory.CreateTempSubdirectory("mfx-").FullName;
        var start = new ProcessStartInfo("dotnet", [typeof(OwnerProcess).Assembly.Location, OwnerProgram.Role])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = runtimeDirectory;
        start.Environment[MarkVariable] = Mark;
        start.Environment[OwnerProgram.DirectoryVariable] = _directory;
        if (cache is not null)
        {
            start.Environment["MAYFLY_CACHE"] = cache;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public string Mark { get; }

    public int ProcessId => _process.Id;

    /// <summary>The last phase it has entered.</summary>
    public OwnerPhase Phase { get; private set; }

    /// <summary>What did not work, as <c>CODE MESSAGE</c>; null so far.</summary>
    public string? Failure { get; private set; }

    /// <summary>Completes when it has come to the end of its life by itself.</summary>
    public Task Done => Reached(OwnerPhase.Done);

    public void Tell(string order) => _process.StandardInput.WriteLine(order);

    /// <summary>Completes when it has reached the phase or a later one, or has ended.</summary>
    public Task Reached(OwnerPhase phase) => _reached[(int)phase].Task;

    /// <summary>How long a phase took; zero where it was not reached.</summary>
    public TimeSpan DurationOf(OwnerPhase phase) =>
        phase == OwnerPhase.Done || _when[(int)phase] == default || _when[(int)phase + 1] == default ? TimeSpan.Zero : _when[(int)phase + 1] - _when[(int)phase];

    /// <summary>From the order to the end.</summary>
    public TimeSpan Life => _when[(int)OwnerPhase.Done] - _when[(int)OwnerPhase.Starting];

    public async Task<string> ReadErrorsAsync(TimeSpan limit)
    {
        try
        {
            return (await _errors.WaitAsync(limit)).Trim();
        }
        catch (TimeoutException)
        {
            return "(somebody still holds its standard error)";
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();

        // A failed round has been reported by now, and must not weigh on the next one.
        foreach (var process in ProcessTable.Find(Mark))
        {
            _ = Libc.Kill(process.ProcessId, Libc.SIGKILL);
        }

        Directory.Delete(_directory, recursive: true);
    }

    private async Task ReadAsync()
    {
        const string failed = "failed ";
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(failed, StringComparison.Ordinal))
            {
                Failure ??= line[failed.Length..];
            }
            else if (Enum.TryParse<OwnerPhase>(line, out var phase))
            {
                Phase = phase;
                _when[(int)phase] = Stopwatch.GetElapsedTime(_created);
                Release(phase);
            }
        }

        Release(OwnerPhase.Done);
    }

    private void Release(OwnerPhase last)
    {
        for (var phase = 0; phase <= (int)last; phase++)
        {
            _reached[phase].TrySetResult();
        }
    }
}
