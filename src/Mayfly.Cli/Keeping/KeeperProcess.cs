using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using Mayfly.Cli.Signals;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Keeping;

/// <summary>
/// The foreground of a kept sandbox: starts this program once more with the same command line and the same standard streams,
/// passes signals on to it, and ends with the exit code that it tells. From then on the other process is the sandbox's keeper.
/// </summary>
internal static class KeeperProcess
{
    /// <summary>The runtime's own socket in the folder for temporary files would outlive a keeper that is killed.</summary>
    private const string DiagnosticsVariable = "DOTNET_EnableDiagnostics";

    private const int MaxReportBytes = 16;

    private static readonly PosixSignal[] _passedOn = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT];

    /// <summary>Runs the command line there, and returns its exit code when the command has ended.</summary>
    /// <exception cref="MayflyException">The other process can't be started, or has died of itself.</exception>
    public static async Task<int> RunAsync()
    {
        using var signals = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.Inheritable);
        using var report = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var gate = new Lock();
        int? last = null;
        var registrations = _passedOn.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            lock (gate)
            {
                last = LinuxSignal.Of(signal);
                PassOn(signals, last.Value);
            }
        })).ToList();
        try
        {
            using var process = Start(signals.GetClientHandleAsString(), report.GetClientHandleAsString());
            signals.DisposeLocalCopyOfClientHandle();
            report.DisposeLocalCopyOfClientHandle();
            var told = await ReadReportAsync(report).ConfigureAwait(false);
            if (told is not { Word: KeeperLink.KeptWord })
            {
                await process.WaitForExitAsync().ConfigureAwait(false);
            }

            lock (gate)
            {
                // Before it is a session of its own, the terminal's signals end it as they come.
                return told?.ExitCode ?? (last is { } signal && process.ExitCode == ExitCodes.OfSignal(signal) ? process.ExitCode : throw Died());
            }
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    private static Process Start(string signals, string report)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, Arguments(signals, report)) { UseShellExecute = false };
        start.Environment[DiagnosticsVariable] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new MayflyException(
                ErrorCode.ResourceUnavailable,
                $"no process can be started to keep the sandbox: {exception.Message}. Free processes or memory on this host.",
                exception);
        }
    }

    /// <summary>This process's own, with the word in front of those that are ours and not the runtime's.</summary>
    private static IEnumerable<string> Arguments(string signals, string report)
    {
        // Each argument ends in a zero, an empty last one too.
        var all = File.ReadAllText("/proc/self/cmdline").Split('\0')[1..^1];
        var own = Environment.GetCommandLineArgs().Length - 1;
        return [.. all[..^own], KeeperLink.Word, signals, report, .. all[^own..]];
    }

    private static void PassOn(AnonymousPipeServerStream signals, int signal)
    {
        try
        {
            signals.WriteByte((byte)signal);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended, and what it told, or did not tell, is about to be read.
        }
    }

    private static async Task<(string Word, int ExitCode)?> ReadReportAsync(AnonymousPipeServerStream report)
    {
        var buffer = new byte[MaxReportBytes];
        var length = 0;
        while (length < buffer.Length && await report.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false) is > 0 and var count)
        {
            length += count;
        }

        return Encoding.ASCII.GetString(buffer, 0, length).TrimEnd('\n').Split(' ') is [var word, var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var exitCode)
                ? (word, exitCode)
                : null;
    }

    private static MayflyException Died() => new(
        ErrorCode.GuestDied,
        "the process that ran the command and was to keep the sandbox has died, and the sandbox has gone with it. Somebody has killed it, or the host is out of memory.");
}
