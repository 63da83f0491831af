using System.CommandLine;
using Mayfly.Cli.Keeping;
using Mayfly.Cli.Options;
using Mayfly.Cli.Output;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;
using Mayfly.Cli.Tracing;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly run</c>: one command in a fresh machine, like any other Unix command.</summary>
internal static class RunCommand
{
    /// <summary>The command with what it does.</summary>
    /// <param name="guestCommand">What follows "--".</param>
    /// <param name="link">The foreground, where this process is its keeper; null where it is none.</param>
    public static Command Create(IReadOnlyList<string> guestCommand, KeeperLink? link)
    {
        var machine = new MachineOptions();
        var work = new WorkOptions();
        var keep = new KeepOptions();
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

        var form = new Option<string>("--output")
        {
            Description = "The command's output byte for byte (raw), or as lines that can steer neither a terminal nor a CI system (text); auto: text where a CI system reads it through a pipe",
            HelpName = "auto|raw|text",
            DefaultValueFactory = _ => "auto",
        };

        var trace = new Option<string>("--trace")
        {
            Description = "Tell on standard error after the run what took how long; with FILE, draw it (.svg) or write it down (.json) there instead",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };

        var command = new Command("run", "Runs a command in a fresh microVM: mayfly run [options] -- CMD ARGS...") { timeout, json, form, trace };
        keep.AddTo(command);
        machine.AddTo(command);
        work.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var limit = DurationText.ParseLimit("--timeout", parsed.GetRequiredValue(timeout));
            var job = work.Read(parsed, guestCommand, keep.Read(parsed, machine.Read(parsed)));
            var isKept = keep.IsKept(parsed);
            RequireCommand(job, isKept);
            var isTraced = parsed.GetResult(trace) is not null;
            if (isTraced && isKept)
            {
                throw UsageError.Because("--trace tells of a run when it is over, and with --keep it is not. Leave one of them out.");
            }

            var asJson = parsed.GetValue(json);
            if (asJson && parsed.GetResult(form) is { Implicit: false })
            {
                throw UsageError.Because("--output is of output that is passed on, and --json captures it. Leave one of them out.");
            }

            var outputForm = ReadForm(parsed.GetRequiredValue(form));
            if (isKept && link is null)
            {
                return await KeeperProcess.RunAsync().ConfigureAwait(false);
            }

            using var output = isTraced ? new TraceOutput(parsed.GetValue(trace) is { } path ? TraceFile.Create(path) : null) : null;
            using var signals = new HostSignals();
            link?.Begin(signals);
            var keeper = isKept ? new Keeper(link!, signals, work.IsQuiet(parsed)) : null;
            job = job with
            {
                Exec = job.Exec with
                {
                    Timeout = limit,
                    // A terminal would be read although the command wants nothing of it; the shell command is for those.
                    Input = HostTerminal.IsTerminal(HostTerminal.StandardInput) ? null : keeper?.Input ?? (Stream)DescriptorStream.StandardInput,
                },
            };

            using var outputs = new GuestOutputs(outputForm);
            var run = new JobRun(
                asJson ? job : Streaming(job, outputs), signals, work.IsQuiet(parsed), keeper, isTraced || asJson ? RunTrace.Begin() : null, outputs);
            int exitCode;
            try
            {
                exitCode = asJson ? await ReportedRun.RunAsync(run, signals).ConfigureAwait(false) : await run.ToExitCodeAsync().ConfigureAwait(false);
            }
            catch
            {
                output?.TryTell(run);
                throw;
            }

            output?.Tell(run);
            return exitCode;
        });
        return command;
    }

    private static void RequireCommand(SandboxJob job, bool isKept)
    {
        if (job.Command.Count > 0)
        {
            return;
        }

        if (!isKept)
        {
            throw UsageError.NoCommand();
        }

        if (job.Outputs.Count > 0)
        {
            throw UsageError.Because("--pull copies what a command leaves, and there is no command. Add one after '--', or leave --pull out.");
        }
    }

    private static OutputForm ReadForm(string text) => text switch
    {
        "auto" => OutputForm.Auto,
        "raw" => OutputForm.Raw,
        "text" => OutputForm.Text,
        _ => throw UsageError.Value("--output", text, "auto, raw or text"),
    };

    private static SandboxJob Streaming(SandboxJob job, GuestOutputs outputs) => job with
    {
        Exec = job.Exec with
        {
            Output = outputs.Output,
            Error = outputs.Error,
            MaxCapturedOutput = default,
        },
    };
}
