using Mayfly.Diagnostics;

namespace Mayfly.Supervision;

/// <summary>The native agent, which is the warden in its role on the host.</summary>
internal static class AgentBinary
{
    /// <summary>Names the binary instead of the one beside Mayfly.dll.</summary>
    public const string EnvironmentVariable = "MAYFLY_AGENT";

    private const string FileName = "mayfly-agent";

    /// <summary>The binary's path.</summary>
    /// <exception cref="SandboxConfigurationException">It is not there.</exception>
    public static string Locate() => Locate(
        Environment.GetEnvironmentVariable(EnvironmentVariable),
        Path.GetDirectoryName(typeof(AgentBinary).Assembly.Location) ?? AppContext.BaseDirectory);

    internal static string Locate(string? named, string libraryDirectory)
    {
        var isNamed = !string.IsNullOrEmpty(named);
        var path = isNamed ? Path.GetFullPath(named!) : Path.Combine(libraryDirectory, FileName);
        if (File.Exists(path))
        {
            return path;
        }

        throw new SandboxConfigurationException(
            ErrorCode.AgentMissing,
            isNamed
                ? $"the native agent {path}, named by {EnvironmentVariable}, does not exist. Correct or unset {EnvironmentVariable}."
                : $"the native agent {path} does not exist, so it has not been built. Run build/setup, or name an agent in {EnvironmentVariable}.");
    }
}
