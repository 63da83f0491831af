using System.CommandLine;
using Mayfly.Cli.Options;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly run</c>: one command in a fresh machine, like any other Unix command.</summary>
internal static class RunCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create(IReadOnlyList<string> guestCommand)
    {
        var machine = new MachineOptions();
        var work = new WorkOptions();
        var timeout = new Option<string>("--timeout")
        {
            Description = "End the command's whole process tree after this long; 'none' for no limit. Boot and copies do not count",
            HelpName = "DURATION",
            DefaultValueFactory = _ => "30s",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Capture the command's output (16 MiB of either stream) and print one JSON object at the end",
        };

        var command = new Command("run", "Runs a command in a fresh microVM: mayfly run [options] -- CMD ARGS...") { timeout, json };
        machine.AddTo(command);
        work.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            if (guestCommand.Count == 0)
            {
                throw UsageError.NoCommand();
            }

            var limit = DurationText.ParseLimit("--timeout", parsed.GetRequiredValue(timeout));
            var job = work.Read(parsed, guestCommand, machine.Read(parsed));
            job = job with
            {
                Exec = job.Exec with
                {
                    Timeout = limit,
                    // A terminal would be read although the command wants nothing of it; the shell command is for those.
                    Input = HostTerminal.IsTerminal(HostTerminal.StandardInput) ? null : DescriptorStream.StandardInput,
                },
            };

            using var signals = new HostSignals();
            return parsed.GetValue(json)
                ? await ReportedRun.RunAsync(new JobRun(job, signals, work.IsQuiet(parsed)), signals).ConfigureAwait(false)
                : await new JobRun(Streaming(job), signals, work.IsQuiet(parsed)).ToExitCodeAsync().ConfigureAwait(false);
        });
        return command;
    }

    private static SandboxJob Streaming(SandboxJob job) => job with
    {
        Exec = job.Exec with
        {
            Output = DescriptorStream.StandardOutput,
            Error = DescriptorStream.StandardError,
            MaxCapturedOutput = default,
        },
    };
}
