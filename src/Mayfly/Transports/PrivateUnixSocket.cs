using System.Net.Sockets;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Transports;

/// <summary>A Unix socket of this user's alone that listens from its making on. Disposal closes and removes it; safe to repeat.</summary>
internal sealed class PrivateUnixSocket : IDisposable
{
    /// <summary>sun_path holds 108 bytes, one of them the terminating zero.</summary>
    private const int MaxPathBytes = 107;

    private readonly string _path;
    private int _disposed;

    /// <summary>Binds and listens.</summary>
    /// <exception cref="SandboxConfigurationException">The path is too long for a socket.</exception>
    /// <exception cref="SocketException">Something has the path already, or it can't be made.</exception>
    public PrivateUnixSocket(string path, int backlog)
    {
        CheckLength(path);
        _path = path;
        Socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var bound = false;
        try
        {
            Socket.Bind(new UnixDomainSocketEndPoint(path));
            bound = true;
            // The directory is private already; the mode only matters before listen() anyway, since nobody can connect yet.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Socket.Listen(backlog);
        }
        catch
        {
            Socket.Dispose();
            if (bound)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    /// <summary>The listening socket.</summary>
    public Socket Socket { get; }

    /// <summary>Refuses a path that the kernel would.</summary>
    /// <exception cref="SandboxConfigurationException">It is too long for a socket.</exception>
    public static void CheckLength(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length > MaxPathBytes)
        {
            throw new SandboxConfigurationException(
                ErrorCode.InvalidOption,
                $"The socket path '{path}' has {length} bytes and Unix sockets allow {MaxPathBytes}. Set XDG_RUNTIME_DIR to a shorter directory.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Socket.Dispose();
        try
        {
            File.Delete(_path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Mostly the warden has removed the sandbox's whole directory; whatever is left goes with that.
        }
    }
}
