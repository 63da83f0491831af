using System.Diagnostics;
using Mayfly.Protocol.Supervision;
using Mayfly.Supervision;

namespace Mayfly.Tests.Sandboxes;

/// <summary>What one sandbox occupies on the host: its directory and the processes that name it.</summary>
internal sealed class Footprint
{
    private readonly string _directory;
    private readonly string _id;
    private readonly int _monitor;
    private readonly IReadOnlyList<int> _processes;

    private Footprint(string directory)
    {
        _directory = directory;
        _id = Path.GetFileName(directory);
        _processes = [.. ProcessesNaming(_id)];
        _monitor = _processes.Single(pid => File.ReadAllText($"/proc/{pid}/comm").StartsWith("qemu", StringComparison.Ordinal));
    }

    public static Footprint Of(Sandbox sandbox) => new(Path.Combine(RuntimeRoot.Open(), sandbox.Id));

    /// <summary>That of the only sandbox that was not there before.</summary>
    /// <param name="before">The <see cref="Directories"/> then.</param>
    public static Footprint OfNew(IReadOnlyList<string> before) => new(Directories().Except(before).Single());

    /// <summary>The directories of every sandbox of this user, and of those that were being removed.</summary>
    public static IReadOnlyList<string> Directories() =>
    [
        .. Directory.GetDirectories(RuntimeRoot.Open())
            .Where(path => Path.GetFileName(path) is var name && (!name.StartsWith('.') || name.StartsWith(ResourceNames.DiscardedPrefix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal),
    ];

    public void AssertPresent()
    {
        Assert.True(Directory.Exists(_directory));
        Assert.True(_processes.Count >= 2, "the monitor and its warden");
    }

    public void AssertGone()
    {
        Assert.False(Path.Exists(_directory), $"{_directory} is still there");
        Assert.Empty(ProcessesNaming(_id));
    }

    public void KillMonitor() => Signal("KILL");

    public void FreezeMonitor() => Signal("STOP");

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, _monitor.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    private static IEnumerable<int> ProcessesNaming(string id)
    {
        foreach (var entry in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(entry), out var pid) || pid == Environment.ProcessId)
            {
                continue;
            }

            string commandLine;
            try
            {
                commandLine = File.ReadAllText($"{entry}/cmdline");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (commandLine.Contains(id, StringComparison.Ordinal))
            {
                yield return pid;
            }
        }
    }
}
