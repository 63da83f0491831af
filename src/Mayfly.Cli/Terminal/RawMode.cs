using System.Runtime.InteropServices;

namespace Mayfly.Cli.Terminal;

/// <summary>
/// The host's terminal handing every byte on as it is typed, until disposed or the process exits. Entered again when
/// the process is continued after a stop, because the shell has reset the terminal by then.
/// </summary>
internal sealed class RawMode : IDisposable
{
    /// <summary>More than <c>struct termios</c> has on any Linux, so that its layout is the C library's business alone.</summary>
    private const int AttributesBytes = 256;

    private readonly int _descriptor;
    private readonly byte[] _original = new byte[AttributesBytes];
    private readonly byte[] _raw;
    private readonly PosixSignalRegistration _continued;
    private readonly EventHandler _exiting;
    private int _left;

    private RawMode(int descriptor)
    {
        _descriptor = descriptor;
        if (Libc.GetAttributes(descriptor, ref _original[0]) != 0)
        {
            throw new StandardStreamException("the terminal", Marshal.GetLastPInvokeErrorMessage(), isBrokenPipe: false);
        }

        _raw = [.. _original];
        Libc.MakeRaw(ref _raw[0]);
        _exiting = (_, _) => Leave();
        AppDomain.CurrentDomain.ProcessExit += _exiting;
        _continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Apply());
        Apply();
    }

    /// <summary>Switches the terminal over.</summary>
    public static RawMode Enter(int descriptor) => new(descriptor);

    /// <inheritdoc/>
    public void Dispose()
    {
        _continued.Dispose();
        AppDomain.CurrentDomain.ProcessExit -= _exiting;
        Leave();
    }

    private void Apply()
    {
        if (Volatile.Read(ref _left) == 0)
        {
            _ = Libc.SetAttributes(_descriptor, Libc.Now, ref _raw[0]);
        }
    }

    private void Leave()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
        {
            _ = Libc.SetAttributes(_descriptor, Libc.Now, ref _original[0]);
        }
    }
}
