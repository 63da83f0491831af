using System.CommandLine;
using Mayfly.Cli.Options;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly shell</c>: an interactive session in a fresh machine, with a terminal of its own.</summary>
internal static class ShellCommand
{
    private const string TerminalVariable = "TERM";
    private static readonly string[] _defaultShell = ["/bin/sh", "-l"];

    /// <summary>The command with what it does.</summary>
    public static Command Create(IReadOnlyList<string> guestCommand)
    {
        var machine = new MachineOptions();
        var work = new WorkOptions();
        var command = new Command("shell", "Opens an interactive session in a fresh microVM: mayfly shell [options] [-- CMD ARGS...]; /bin/sh -l without CMD");
        machine.AddTo(command);
        work.AddTo(command);
        command.SetAction((parsed, _) =>
        {
            var job = work.Read(parsed, guestCommand.Count > 0 ? guestCommand : _defaultShell, machine.Read(parsed));
            return HostTerminal.IsTerminal(HostTerminal.StandardInput)
                ? RunAsync(job, work.IsQuiet(parsed))
                : throw UsageError.Because("standard input is not a terminal, which mayfly shell is for. Use 'mayfly run -- CMD' instead.");
        });
        return command;
    }

    private static async Task<int> RunAsync(SandboxJob job, bool quiet)
    {
        var interactive = job with
        {
            Exec = job.Exec with
            {
                Terminal = HostTerminal.SizeOf(HostTerminal.StandardInput),
                Timeout = Timeout.InfiniteTimeSpan,
                Environment = WithTerminalType(job.Exec.Environment),
                Input = DescriptorStream.StandardInput,
                Output = DescriptorStream.StandardOutput,
                MaxCapturedOutput = default,
            },
        };

        using var signals = new HostSignals();
        using var session = new TerminalSession();
        return await new JobRun(interactive, signals, quiet).ToExitCodeAsync(session.Begin, session.End).ConfigureAwait(false);
    }

    private static IReadOnlyDictionary<string, string> WithTerminalType(IReadOnlyDictionary<string, string> environment)
    {
        var type = Environment.GetEnvironmentVariable(TerminalVariable);
        return string.IsNullOrEmpty(type) || environment.ContainsKey(TerminalVariable)
            ? environment
            : new Dictionary<string, string>(environment, StringComparer.Ordinal) { [TerminalVariable] = type };
    }
}
