using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>
/// Where the machines of all builds keep their sockets, and nobody else's, so that what is left behind can be counted.
/// </summary>
public sealed class RuntimeDirectory : IDisposable
{
    private readonly TempDirectory _directory = new();

    public string Path => _directory.Path;

    /// <summary>Directories of machines.</summary>
    public IReadOnlyList<string> Machines =>
        Directory.Exists(_directory["mayfly"]) ? Directory.GetDirectories(_directory["mayfly"]) : [];

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

    public void Dispose() => _directory.Dispose();
}
