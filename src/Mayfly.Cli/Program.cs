using System.CommandLine;
using System.CommandLine.Help;
using Mayfly.Cli.Commands;
using Mayfly.Cli.Keeping;
using Mayfly.Cli.Output;

namespace Mayfly.Cli;

internal static class Program
{
    private const string Separator = "--";

    private static async Task<int> Main(string[] args)
    {
        KeeperLink? link = null;
        var exitCode = ExitCodes.MayflyFailed;
        try
        {
            link = KeeperLink.TryTake(ref args);
            exitCode = await RunAsync(args, link).ConfigureAwait(false);
        }
        catch (MayflyException exception)
        {
            Messages.Say(exception.Message);
        }
#pragma warning disable CA1031 // Whatever it is, it must not look like the guest's own exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Messages.Say($"internal error, please report it: {exception}");
        }

        using (link)
        {
            link?.End(exitCode);
        }

        return exitCode;
    }

    private static Task<int> RunAsync(string[] args, KeeperLink? link)
    {
        // What follows "--" is the guest's command: none of it is ever taken for an option of ours.
        var separator = Array.IndexOf(args, Separator);
        var own = separator < 0 ? args : args[..separator];
        string[]? guest = separator < 0 ? null : args[(separator + 1)..];

        // Not a RootCommand: that one is named after its file, and help is to say "mayfly".
        var root = new Command("mayfly", "Runs commands in disposable microVMs.")
        {
            new HelpOption(),
            new VersionOption(),
            RunCommand.Create(guest ?? [], link),
            ShellCommand.Create(guest ?? []),
            SshCommand.Create(guest ?? []),
            SshConfigCommand.Create(),
            DoctorCommand.Create(),
            InventoryCommand.Create(),
            PsCommand.Create(),
            RemoveCommand.Create(),
            ReapCommand.Create(),
            ImageCommand.Create(),
            CacheCommand.Create(),
            VersionCommand.Create(),
        };

        // Response files would make "@x" mean something else, and bundling would make "-abc" valid.
        var parsed = root.Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (parsed.Errors.Count > 0)
        {
            throw UsageError.From(parsed, guest is not null);
        }

        return parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }
}
