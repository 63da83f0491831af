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

    /// <summary>Kills the process that the one machine belongs to, which is known from its record.</summary>
    public void KillOwnerOfTheOnlyMachine()
    {
        using var record = JsonDocument.Parse(File.ReadAllText(System.IO.Path.Combine(Assert.Single(Machines), "sandbox.json")));
        using var owner = Process.GetProcessById(int.Parse(record.RootElement.GetProperty("owner_pid").GetString()!, CultureInfo.InvariantCulture));
        owner.Kill();
    }

    public void Dispose() => _directory.Dispose();
}
