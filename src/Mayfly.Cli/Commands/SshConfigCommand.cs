using System.CommandLine;
using System.Text;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly ssh-config</c>: a block for ssh, scp, rsync and editors.</summary>
internal static class SshConfigCommand
{
    private const string HostKeyword = "Host ";

    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The sandbox's name or id; 'mayfly ps' lists them" };
        var host = new Option<string>("--host") { Description = "What to call the host in it [default: the sandbox's name, or its id]", HelpName = "ALIAS" };
        var command = new Command("ssh-config", "Prints a configuration of OpenSSH for a sandbox that runs; it is good for as long as that") { name, host };
        command.SetAction(async (parsed, _) =>
        {
            var sandbox = await SshCommand.FindAsync(parsed.GetRequiredValue(name)).ConfigureAwait(false);
            var alias = parsed.GetValue(host);
            if (alias is not null && !IsHost(alias))
            {
                throw UsageError.Value("--host", alias, "a word of letters, digits, hyphens, underscores and dots that begins with a letter or digit");
            }

            var text = await ReadAsync(sandbox.SshConfigPath!).ConfigureAwait(false);
            DescriptorStream.StandardOutput.Write(Encoding.UTF8.GetBytes(alias is null ? text : Rename(text, alias)));
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The block with another name for its host.</summary>
    public static string Rename(string block, string alias) => string.Join(
        '\n',
        block.Split('\n').Select(line => line.StartsWith(HostKeyword, StringComparison.OrdinalIgnoreCase) ? HostKeyword + alias : line));

    private static bool IsHost(string alias) =>
        alias.Length > 0
        && char.IsAsciiLetterOrDigit(alias[0])
        && alias.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.');

    private static async Task<string> ReadAsync(string path)
    {
        try
        {
            return await File.ReadAllTextAsync(path).ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            throw UsageError.Because($"the sandbox has ended just now: {exception.Message} See 'mayfly ps'.");
        }
    }
}
