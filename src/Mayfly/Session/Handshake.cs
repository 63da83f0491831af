using System.Reflection;
using Mayfly.Diagnostics;
using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>The first frame in either direction: the guest's greeting, and the host's answer to it.</summary>
internal static class Handshake
{
    /// <summary>A greeting is some hundred bytes; the rest is room for warnings.</summary>
    private const int MaxHelloBytes = 64 * 1024;

    /// <summary>Waits for the guest's greeting and answers it.</summary>
    /// <exception cref="SandboxBootException">MAY2004: what came is no greeting, or speaks no version that the host does.</exception>
    /// <exception cref="SessionBrokenException">The stream ended or failed first.</exception>
    public static async Task<Hello> PerformAsync(Stream stream, FrameReader reader, CancellationToken cancellationToken)
    {
        try
        {
            var guest = await ReadHelloAsync(reader, cancellationToken).ConfigureAwait(false);
            CheckVersion(guest);
            await stream.WriteAsync(EncodeOwn(), cancellationToken).ConfigureAwait(false);
            return guest;
        }
        catch (Exception exception) when (exception is IOException and not SessionBrokenException or ObjectDisposedException)
        {
            throw new SessionBrokenException($"The session's stream failed before the guest had greeted: {exception.Message}", exception);
        }
    }

    /// <summary>Sends the copy of a frozen machine what makes it one of its own; its greeting is the answer.</summary>
    /// <exception cref="ProtocolException">The settings are too large for a message.</exception>
    /// <exception cref="SessionBrokenException">The stream ended or failed.</exception>
    public static async Task WakeAsync(Stream stream, WakeSettings settings, CancellationToken cancellationToken)
    {
        var frame = EncodeFrame(FrameType.Wake, WakeFormat.Encode(settings));
        try
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new SessionBrokenException($"The session's stream failed before the guest was awake: {exception.Message}", exception);
        }
    }

    /// <summary>The version both ends speak from here on; null where there is none.</summary>
    public static int? Negotiate(Hello guest)
    {
        var spoken = Math.Min(guest.Version, ProtocolLimits.Version);
        return spoken >= ProtocolLimits.OldestVersion && spoken >= guest.OldestVersion && guest.OldestVersion >= 1 ? spoken : null;
    }

    private static async Task<Hello> ReadHelloAsync(FrameReader reader, CancellationToken cancellationToken)
    {
        try
        {
            var frame = await reader.ReadAsync(MaxHelloBytes, cancellationToken).ConfigureAwait(false)
                ?? throw new SessionBrokenException("The guest closed the session before it had greeted.");
            return frame.Header is { Type: FrameType.Hello, Channel: 0 }
                ? GuestMessages.ReadHello(frame.Payload.Span)
                : throw new ProtocolException($"a {frame.Header.Type} frame on channel {frame.Header.Channel} where a greeting was due");
        }
        catch (ProtocolException exception)
        {
            throw new SandboxBootException(
                ErrorCode.HandshakeFailed,
                $"The guest did not greet as a Mayfly agent does: {GuestMessages.Clean(exception.Message)}. Its bytes: '{reader.Preview}'. "
                + "Something other than the agent writes to the session's port, or the image is damaged; rebuild the image or remove what writes there.",
                consoleTail: "",
                exception);
        }
    }

    private static void CheckVersion(Hello guest)
    {
        if (Negotiate(guest) is null)
        {
            throw new SandboxBootException(
                ErrorCode.HandshakeFailed,
                $"The guest's agent ({guest.Software ?? "unnamed"}) speaks protocol versions {guest.OldestVersion} to {guest.Version}, this Mayfly "
                + $"{ProtocolLimits.OldestVersion} to {ProtocolLimits.Version}. Rebuild the image with this Mayfly's agent, or use the Mayfly it was made with.",
                consoleTail: "");
        }
    }

    private static byte[] EncodeOwn()
    {
        var version = typeof(Handshake).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var hello = new Hello
        {
            Version = ProtocolLimits.Version,
            OldestVersion = ProtocolLimits.OldestVersion,
            Software = $"Mayfly {version}",
        };
        return EncodeFrame(FrameType.Hello, ProtocolJson.Encode(hello, ProtocolJson.Default.Hello));
    }

    private static byte[] EncodeFrame(FrameType type, byte[] payload)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, StreamId.Input, 0).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }
}
