using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mayfly.Diagnostics;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>
/// Where the machines of all builds keep their sockets, and nobody else's, so that what was started and what is left behind can be counted.
/// </summary>
public sealed class RuntimeDirectory : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly MachineWatch _watch;
    private bool _warm;

    public RuntimeDirectory()
    {
        // Nobody else may write there, or Mayfly would not.
#pragma warning disable CA1416 // Like the library's, the tests' host is Linux.
        Directory.CreateDirectory(_directory["mayfly"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        _watch = new MachineWatch(_directory["mayfly"]);
    }

    public string Path => _directory.Path;

    /// <summary>Directories of machines.</summary>
    public IReadOnlyList<string> Machines => Directory.GetDirectories(_directory["mayfly"]);

    /// <summary>The machines that have been started since this was last asked, whether or not anybody told of them.</summary>
    public Task<IReadOnlyList<string>> TakeStartedAsync() => _watch.TakeAsync();

    /// <summary>Does once what makes the first machine on a host another matter than the next: templates are recorded, accelerators tried.</summary>
    public async Task WarmUpAsync(Func<Task> first)
    {
        if (!_warm)
        {
            await first();
            _warm = true;
        }

        await TakeStartedAsync();
    }

    /// <summary>Completes when the directory of every machine is gone.</summary>
    public Task NoMachineAsync() => _watch.NoneAsync();

    /// <summary>Insists on the number of machines that were started since they were last counted.</summary>
    internal async Task AssertStartedAsync(int machines, BuildResult result)
    {
        var started = await TakeStartedAsync();
        Assert.True(started.Count == machines, $"{started.Count} machines ({string.Join(' ', started)}) instead of {machines}:\n{result.Output}");
    }

    /// <summary>Completes when all machines and whatever belongs to them are gone.</summary>
    public async Task EmptyAsync()
    {
        var begun = Stopwatch.StartNew();
        while (Machines.Count > 0 || RunningBuild.ProcessesNaming(Path).Any())
        {
            Assert.True(begun.Elapsed < TimeSpan.FromSeconds(20), string.Join('\n', [.. Machines, .. RunningBuild.ProcessesNaming(Path)]));
            await Task.Yield();
        }
    }

    /// <summary>Stops the hypervisor of the next machine as soon as there is one, so that the machine never comes up.</summary>
    public async Task HoldTheNextMachineAsync()
    {
        var begun = Stopwatch.StartNew();
        while (true)
        {
            if (RunningBuild.ProcessesNaming(Path).FirstOrDefault(process => process.Contains("qemu-system", StringComparison.Ordinal)) is { } hypervisor)
            {
                using var stop = Process.Start("kill", ["-STOP", hypervisor.Split(':')[0]]);
                await stop.WaitForExitAsync();
                return;
            }

            Assert.True(begun.Elapsed < TimeSpan.FromMinutes(2), "no machine was started");
            await Task.Yield();
        }
    }

    /// <summary>Kills the process that the one machine belongs to, which is known from its record.</summary>
    public void KillOwnerOfTheOnlyMachine()
    {
        using var record = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(Assert.Single(Machines), "sandbox.json")));
        using var owner = Process.GetProcessById(int.Parse(record.RootElement.GetProperty("owner_pid").GetString()!, CultureInfo.InvariantCulture));
        owner.Kill();
    }

    /// <summary>
    /// Fails where anything is there of a machine that ever was: processes, sockets, directories, mounts, control groups, devices, files of
    /// shared memory, leases.
    /// </summary>
    public void AssertNoMachineIsLeft()
    {
        Assert.Empty(RunningBuild.ProcessesNaming(Path));
        Assert.Empty(Machines);
        Assert.Empty(TakeInventory());
    }

    /// <summary>What the host has of machines that were ever started here, by their paths and ids.</summary>
    public IReadOnlyList<InventoryItem> TakeInventory()
    {
        string[] marks = [Path, .. _watch.All];
        return [.. SandboxInventory.Take().Items.Where(item => marks.Any(mark => $"{item.Name} {item.Detail}".Contains(mark, StringComparison.Ordinal)))];
    }

    public void Dispose()
    {
        _watch.Dispose();
        _directory.Dispose();
    }
}
