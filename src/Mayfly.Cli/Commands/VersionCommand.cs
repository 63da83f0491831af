using System.CommandLine;
using System.Reflection;
using System.Text;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly version</c>.</summary>
internal static class VersionCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var command = new Command("version", "Prints Mayfly's version");
        command.SetAction(_ =>
        {
            DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes($"mayfly {Version}\n"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static string Version =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
