using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Forwarding;

/// <summary>Checks forwards before anything is opened for them.</summary>
internal static class ForwardCheck
{
    private const int MaxForwards = 128;

    /// <summary>sun_path holds 108 bytes, one of them the terminating zero.</summary>
    private const int MaxSocketPathBytes = 107;

    /// <summary>Throws for the first part of a job's forwards that makes no sense.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static void Validate(IReadOnlyList<LoopbackForward>? forwards, IReadOnlyList<ReverseForward>? reverse)
    {
        Require(forwards is not null && forwards.All(forward => forward is not null), "Forwards must neither be nor hold null");
        Require(reverse is not null && reverse.All(forward => forward?.Target is not null), "ReverseForwards must neither be nor hold null");
        Require(forwards.Count <= MaxForwards, $"there are {forwards.Count} forwards, but there must be at most {MaxForwards}");
        Require(reverse.Count <= MaxForwards, $"there are {reverse.Count} reverse forwards, but there must be at most {MaxForwards}");
        foreach (var forward in forwards)
        {
            GuestPort(forward.GuestPort, 1);
            HostPort(forward.HostPort, 0);
        }

        foreach (var forward in reverse)
        {
            GuestPort(forward.GuestPort, 0);
            HostPort(forward.Target.Port, 1);
        }

        if (Twice(forwards.Select(forward => forward.HostPort)) is { } host)
        {
            Require(false, $"the host's port {host} is forwarded twice, but can lead to one port only");
        }

        if (Twice(reverse.Select(forward => forward.GuestPort)) is { } guest)
        {
            Require(false, $"the guest's port {guest} is forwarded twice, but can lead to one address only");
        }
    }

    /// <summary>Throws for a port of the guest's that can't be.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static void GuestPort(int port, int least) => Port(port, least, "guest's");

    /// <summary>Throws for the path of a socket in the guest that can't be.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static void GuestSocket(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Require(
            path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= MaxSocketPathBytes,
            $"the guest's socket of a forward is '{GuestText.Neutralise(path)}', but must be an absolute path of at most {MaxSocketPathBytes} bytes");
    }

    /// <summary>Throws for a port of the host's that can't be.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static void HostPort(int port, int least) => Port(port, least, "host's");

    private static void Port(int port, int least, string whose) => Require(
        port >= least && port <= IPEndPoint.MaxPort,
        $"the {whose} port of a forward is {port}, but must be {least}{(least == 0 ? " (any that is free)" : "")} to {IPEndPoint.MaxPort}");

    private static int? Twice(IEnumerable<int> ports) =>
        ports.Where(port => port != 0).GroupBy(port => port).FirstOrDefault(group => group.Skip(1).Any())?.Key;

    private static void Require([DoesNotReturnIf(false)] bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
