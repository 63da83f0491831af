using Mayfly.Diagnostics;

namespace Mayfly.Supervision;

/// <summary>The native agent, which is the warden in its role on the host.</summary>
internal static class AgentBinary
{
    /// <summary>Names the binary instead of the one beside Mayfly.dll.</summary>
    public const string EnvironmentVariable = "MAYFLY_AGENT";

    /// <summary>Its file's name, by which its processes are known.</summary>
    public const string FileName = "mayfly-agent";

    // Where NuGet puts what is native, within a package and within the output of what uses it.
    private const string NativeFolder = "runtimes/linux-x64/native";

    /// <summary>The binary's path; one that may be executed.</summary>
    /// <exception cref="SandboxConfigurationException">It is not there, or can't be made executable.</exception>
    /// <exception cref="SandboxImageException">It isn't executable, and there is no cache to copy it to.</exception>
    public static string Locate() => ExecutableCopy.Of(Locate(
        Environment.GetEnvironmentVariable(EnvironmentVariable),
        Path.GetDirectoryName(typeof(AgentBinary).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory));

    internal static string Locate(string? named, string libraryDirectory)
    {
        if (!string.IsNullOrEmpty(named))
        {
            var path = Path.GetFullPath(named);
            return File.Exists(path)
                ? path
                : throw new SandboxConfigurationException(
                    ErrorCode.AgentMissing, $"the native agent {path}, named by {EnvironmentVariable}, does not exist. Correct or unset {EnvironmentVariable}.");
        }

        return Candidates(libraryDirectory).FirstOrDefault(File.Exists)
            ?? throw new SandboxConfigurationException(
                ErrorCode.AgentMissing,
                $"the native agent {Path.Combine(libraryDirectory, FileName)} does not exist, nor is it in {NativeFolder} there. Where Mayfly is built "
                + $"from source, run build/setup; where it comes from a package, restore it again; or name an agent in {EnvironmentVariable}.");
    }

    private static IEnumerable<string> Candidates(string libraryDirectory)
    {
        yield return Path.Combine(libraryDirectory, FileName);
        yield return Path.Combine(libraryDirectory, NativeFolder, FileName);

        // Mayfly.dll may be loaded out of the package itself, where it lies in lib/net10.0.
        if (Path.GetDirectoryName(Path.GetFullPath(libraryDirectory)) is { } parent && Path.GetFileName(parent) == "lib")
        {
            yield return Path.Combine(Path.GetDirectoryName(parent)!, NativeFolder, FileName);
        }
    }
}
