namespace Mayfly.Cli.Signals;

/// <summary>Linux's numbers of the signals that Mayfly deals with.</summary>
internal static class LinuxSignal
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Pipe = 13;
    public const int Terminate = 15;
}
