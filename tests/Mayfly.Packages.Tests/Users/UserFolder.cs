using System.Diagnostics;
using Mayfly.Packages.Tests.Feed;

namespace Mayfly.Packages.Tests.Users;

/// <summary>
/// What somebody has who uses the packages: a folder outside of the tree, a package source, a folder of restored packages, and a cache
/// of Mayfly's. All other packages, and what Mayfly has downloaded, are those of this machine, so that nothing is downloaded again.
/// </summary>
public sealed class UserFolder : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    // All else in a cache is made of these.
    private static readonly string[] s_downloads = ["busybox-packages", "kernel-packages", "current.json"];

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mf-user-");
    private int _commands;

    public UserFolder()
    {
        Assert.NotEmpty(LocalFeed.Packages);
        Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="mayfly" value="{LocalFeed.Folder}" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
                <add key="machine" value="{MachinePackages}" />
              </fallbackPackageFolders>
            </configuration>
            """);
        MakeCache("cache");
    }

    /// <summary>Where the packages under test are restored to.</summary>
    public string RestoredPackages => PathOf("packages");

    private static string MachineCache => Environment.GetEnvironmentVariable("MAYFLY_CACHE") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "mayfly");

    private static string MachinePackages => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>A path below the folder.</summary>
    public string PathOf(string relative) => Path.Combine(_root.FullName, relative);

    /// <summary>Writes a file, and makes the folders it is in.</summary>
    public void Write(string relative, string content)
    {
        var path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    /// <summary>Makes a cache of Mayfly's in which there is what was downloaded once.</summary>
    public void MakeCache(string relative)
    {
        Directory.CreateDirectory(PathOf(relative));
        foreach (var download in s_downloads.Select(name => Path.Combine(MachineCache, name)).Where(Path.Exists))
        {
            using var copy = Process.Start("cp", ["-a", download, PathOf(relative)]);
            copy.WaitForExit();
            Assert.Equal(0, copy.ExitCode);
        }
    }

    /// <summary>Insists that a package was restored, and from the source rather than from the machine's own packages.</summary>
    public void AssertRestored(string id) => Assert.True(
        File.Exists(Path.Combine(RestoredPackages, id.ToLowerInvariant(), Repository.Version, ".nupkg.metadata")),
        $"{id} was not restored from {LocalFeed.Folder}; is it in {MachinePackages}?");

    /// <summary>Runs <c>dotnet</c>.</summary>
    internal Task<CommandResult> DotNetAsync(string folder, params string[] arguments) => RunAsync(folder, "dotnet", arguments);

    /// <summary>Runs a command to its end; its output goes to a file, which processes that stay behind may hold as long as they like.</summary>
    internal async Task<CommandResult> RunAsync(string folder, string program, params string[] arguments)
    {
        var log = PathOf($"command-{Interlocked.Increment(ref _commands)}.log");
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" < /dev/null > \"$log\" 2>&1", "sh", log, program, .. arguments])
        {
            WorkingDirectory = PathOf(folder),
        };

        // What the test host was given by its own build must not steer this one.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MAYFLY_CACHE"] = PathOf("cache");
        start.Environment["NUGET_PACKAGES"] = RestoredPackages;
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_HOME"] = PathOf("home");
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";

        var command = string.Join(' ', [program, .. arguments]);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{command} did not end within {s_patience}:\n{await File.ReadAllTextAsync(log)}");
        }

        return new CommandResult(command, process.ExitCode, await File.ReadAllTextAsync(log));
    }

    public void Dispose() => _root.Delete(recursive: true);
}
