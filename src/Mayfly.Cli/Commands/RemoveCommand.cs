using System.CommandLine;
using System.Text;
using Mayfly.Cli.Output;
using Mayfly.Cli.Terminal;
using Mayfly.Supervision;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly rm</c>: ends sandboxes by name or id, and says what became of each.</summary>
internal static class RemoveCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Names or ids; 'mayfly ps' lists them", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every sandbox that 'mayfly run --keep' has kept" };
        var command = new Command("rm", "Ends sandboxes of yours and removes all they have; a test or build that one belongs to sees it end, and goes on") { names, all };
        command.SetAction(async (parsed, _) =>
        {
            var given = parsed.GetValue(names) ?? [];
            return (given.Length > 0, parsed.GetValue(all)) switch
            {
                (true, false) => await RemoveAsync(given).ConfigureAwait(false),
                (false, true) => await RemoveAsync(await FindKeptAsync().ConfigureAwait(false)).ConfigureAwait(false),
                _ => throw UsageError.Because("mayfly rm takes either names or --all. See 'mayfly ps' for what there is."),
            };
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> FindKeptAsync() =>
        [.. (await SandboxSupervision.ListAsync().ConfigureAwait(false)).Where(sandbox => sandbox.IsKept).Select(sandbox => sandbox.Id)];

    /// <summary>All of them, whatever becomes of one.</summary>
    private static async Task<int> RemoveAsync(IReadOnlyList<string> names)
    {
        var exitCode = ExitCodes.Success;
        foreach (var name in names)
        {
            try
            {
                var removal = await SandboxSupervision.RemoveAsync(name).ConfigureAwait(false);
                Print(removal);
                exitCode = Math.Max(exitCode, removal.Left.Count == 0 ? ExitCodes.Success : ExitCodes.SomethingLeft);
            }
            catch (SandboxConfigurationException exception)
            {
                Messages.Say(exception.Message);
                exitCode = ExitCodes.MayflyFailed;
            }
        }

        return exitCode;
    }

    private static void Print(SandboxRemoval removal)
    {
        var sandbox = removal.Sandbox.Name is { } name ? $"{name} ({removal.Sandbox.Id})" : removal.Sandbox.Id;
        var text = removal.Left.Count == 0
            ? $"removed {sandbox}\n"
            : string.Concat(removal.Left.Select(left => PlainText.Indent($"left {left}", "  ")));
        DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
    }
}
