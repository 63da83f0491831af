using System.Globalization;
using System.IO.Pipes;
using System.Text;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Keeping;

/// <summary>
/// The keeper's end of its two pipes with the command in the foreground: from there come signals, a byte each with its
/// number, and their end is that command's; the one line that goes back says how it ended.
/// </summary>
internal sealed class KeeperLink : IDisposable
{
    /// <summary>The word that makes a process the keeper; two descriptors and the rest of the command line follow.</summary>
    public const string Word = "keeper";

    /// <summary>How the foreground is told that the sandbox stays.</summary>
    public const string KeptWord = "kept";

    /// <summary>How the foreground is told that nothing stays.</summary>
    public const string EndedWord = "ended";

    private readonly AnonymousPipeClientStream _signals;
    private readonly AnonymousPipeClientStream _report;
    private volatile bool _isDetached;

    private KeeperLink(string signals, string report)
    {
        _signals = new AnonymousPipeClientStream(PipeDirection.In, signals);
        _report = new AnonymousPipeClientStream(PipeDirection.Out, report);

        // They came in without it, and a warden that had them would keep the foreground waiting.
        Libc.CloseOnExec(_signals.SafePipeHandle);
        Libc.CloseOnExec(_report.SafePipeHandle);
        InheritedDescriptors.DiscardOthers();
    }

    /// <summary>Takes what makes this process the keeper off its command line; null where it is none.</summary>
    public static KeeperLink? TryTake(ref string[] arguments)
    {
        if (arguments is not [Word, var signals, var report, .. var rest])
        {
            return null;
        }

        arguments = rest;
        try
        {
            return new KeeperLink(signals, report);
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            throw UsageError.Because($"mayfly {Word} is not for use by hand. See 'mayfly run --help' for --keep.");
        }
    }

    /// <summary>
    /// Makes this process a session of its own, so that the terminal's signals come once, through the foreground, and passes on
    /// what comes from there. Should the foreground vanish, that is a hang-up, until it has been told how the command ended.
    /// </summary>
    public void Begin(HostSignals signals)
    {
        _ = Libc.NewSession();
        _ = Task.Run(() => PassOnAsync(signals));
    }

    /// <summary>
    /// Lets go of everything of the foreground's and tells it the exit code; from then on it may end, and this process lives on.
    /// </summary>
    /// <returns>False where nobody is there to be told: then nobody knows of what would be kept.</returns>
    public bool TryDetach(int exitCode)
    {
        InheritedDescriptors.DiscardStandardStreams();
        Environment.CurrentDirectory = "/";
        _isDetached = true;
        return TryReport(KeptWord, exitCode);
    }

    /// <summary>Tells the foreground how it ended without anything being kept, or does nothing where it has been told.</summary>
    public void End(int exitCode)
    {
        if (!_isDetached)
        {
            _ = TryReport(EndedWord, exitCode);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.Dispose();
        _report.Dispose();
    }

    private bool TryReport(string word, int exitCode)
    {
        try
        {
            _report.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{word} {exitCode}\n")));
            _report.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task PassOnAsync(HostSignals signals)
    {
        var signal = new byte[1];
        try
        {
            while (await _signals.ReadAsync(signal).ConfigureAwait(false) > 0)
            {
                signals.Take(signal[0]);
            }

            if (!_isDetached)
            {
                signals.Take(LinuxSignal.Hangup);
            }
        }
        catch (ObjectDisposedException)
        {
            // All is over here as well.
        }
    }
}
