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

    public void Dispose() => _directory.Dispose();
}
