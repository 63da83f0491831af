using System.Runtime.InteropServices;

namespace Mayfly.Cli.Signals;

/// <summary>Linux's numbers of the signals that Mayfly deals with.</summary>
internal static class LinuxSignal
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Pipe = 13;
    public const int Terminate = 15;

    /// <summary>The number of a signal that .NET has a name for.</summary>
    public static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => Hangup,
        PosixSignal.SIGINT => Interrupt,
        PosixSignal.SIGQUIT => Quit,
        PosixSignal.SIGTERM => Terminate,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };
}
