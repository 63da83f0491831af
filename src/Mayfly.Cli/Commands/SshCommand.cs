using System.CommandLine;
using Mayfly.Cli.Terminal;
using Mayfly.Diagnostics;
using Mayfly.Supervision;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly ssh</c>: becomes the system's ssh to a sandbox, so that terminal, signals and exit code are ssh's own.</summary>
internal static class SshCommand
{
    private const string Program = "ssh";

    /// <summary>The command with what it does.</summary>
    /// <param name="guestCommand">What follows "--".</param>
    public static Command Create(IReadOnlyList<string> guestCommand)
    {
        var name = new Argument<string>("NAME") { Description = "The sandbox's name or id; 'mayfly ps' lists them" };
        var command = new Command("ssh", "Opens a shell in a sandbox that runs, or runs a command there: mayfly ssh NAME [-- CMD ARGS...]") { name };
        command.SetAction(async (parsed, _) =>
        {
            var sandbox = await FindAsync(parsed.GetRequiredValue(name)).ConfigureAwait(false);
            return ProgramImage.Replace(Program, Arguments(sandbox, guestCommand)) is { } failure
                ? throw new SandboxConfigurationException(
                    ErrorCode.SshMissing,
                    $"OpenSSH's client can't be run: {Program}: {failure}. Install it: apt-get install openssh-client.")
                : ExitCodes.MayflyFailed;
        });
        return command;
    }

    /// <summary>A living sandbox that was started with SSH.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1023: there is none of that name; MAY1024: it has no SSH.</exception>
    public static async Task<SupervisedSandbox> FindAsync(string nameOrId)
    {
        var sandbox = await SandboxSupervision.FindAsync(nameOrId).ConfigureAwait(false);
        return sandbox.SshConfigPath is not null
            ? sandbox
            : throw new SandboxConfigurationException(
                ErrorCode.SshNotStarted,
                $"sandbox {sandbox.Name ?? sandbox.Id} was started without SSH, or is not up yet. Start it with 'mayfly run --keep --name NAME', or with SandboxOptions.Ssh.");
    }

    /// <summary>ssh's arguments for it: the guest's shell is given the command as one word, and takes it apart as it was.</summary>
    public static IReadOnlyList<string> Arguments(SupervisedSandbox sandbox, IReadOnlyList<string> guestCommand)
    {
        string[] destination = ["-F", sandbox.SshConfigPath!, sandbox.Name ?? sandbox.Id];
        return guestCommand.Count == 0 ? destination : [.. destination, string.Join(' ', guestCommand.Select(Quote))];
    }

    /// <summary>Quoted for a POSIX shell, whatever is in it. That also keeps it from being an option of ssh.</summary>
    private static string Quote(string argument) => $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
