using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mayfly.Cli.Options;
using Mayfly.Cli.Output;
using Mayfly.Cli.Reports;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly doctor</c>: what is there, what is missing, and what mends it.</summary>
internal static class DoctorCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var machine = new MachineOptions();
        var json = new Option<bool>("--json") { Description = "Print one JSON object" };
        var command = new Command("doctor", "Checks whether sandboxes can be started here, by starting one, and names the command that mends what is missing") { json };
        machine.AddTo(command);
        command.SetAction((parsed, _) => ExamineAsync(machine.Read(parsed), parsed.GetValue(json)));
        return command;
    }

    private static async Task<int> ExamineAsync(SandboxOptions options, bool asJson)
    {
        using var signals = new HostSignals();
        using var display = ProgressDisplays.ForStandardError();
        void Show(DoctorCheck check)
        {
            display.Clear();
            if (!asJson)
            {
                Print(DoctorText.Describe(check));
            }
        }

        try
        {
            var report = await SandboxDoctor.ExamineAsync(options with { Progress = display }, Show, signals.Aborted).ConfigureAwait(false);
            Print(asJson ? JsonSerializer.Serialize(DoctorSection.Of(report), ReportJson.Safe.DoctorSection) + "\n" : DoctorText.Conclude(report));
            return report.CanStart ? ExitCodes.Success : ExitCodes.MayflyFailed;
        }
        catch (Exception) when (signals.AbortedBy is { } signal)
        {
            return ExitCodes.OfSignal(signal);
        }
    }

    private static void Print(string text) => DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
}
