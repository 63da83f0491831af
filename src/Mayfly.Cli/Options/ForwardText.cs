using System.Globalization;
using System.Net;

namespace Mayfly.Cli.Options;

/// <summary>The values of --forward and --reverse. Ranges are the library's to check.</summary>
internal static class ForwardText
{
    private const string Localhost = "localhost";

    /// <summary>Reads <c>[HOST_PORT:]GUEST_PORT</c>; without the host's port it is one that is free.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static LoopbackForward ParseForward(string text) => text.Split(':') switch
    {
        [var guest] when Port(guest) is { } guestPort => new LoopbackForward(guestPort),
        ["", var guest] when Port(guest) is { } guestPort => new LoopbackForward(guestPort),
        [var host, var guest] when Port(host) is { } hostPort && Port(guest) is { } guestPort => new LoopbackForward(guestPort, hostPort),
        _ => throw UsageError.Value("--forward", text, "[HOST_PORT:]GUEST_PORT, such as 8080:80, or 80 for a free port of the host"),
    };

    /// <summary>Reads <c>GUEST_PORT:[HOST:]HOST_PORT</c>; without an address it is 127.0.0.1.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static ReverseForward ParseReverse(string text)
    {
        var first = text.IndexOf(':', StringComparison.Ordinal);
        var last = text.LastIndexOf(':');
        return first > 0
            && Port(text[..first]) is { } guestPort
            && Port(text[(last + 1)..]) is { } hostPort
            && hostPort <= IPEndPoint.MaxPort
            && Address(first == last ? Localhost : text[(first + 1)..last]) is { } address
            ? new ReverseForward(guestPort, new IPEndPoint(address, hostPort))
            : throw UsageError.Value("--reverse", text, "GUEST_PORT:[HOST:]HOST_PORT, such as 5432:5432 or 8000:192.0.2.7:80; HOST is an address, IPv6 in brackets, or localhost; ports are at most 65535");
    }

    /// <summary>As people write them: what else passes for an address, such as 8080, is more likely a slip.</summary>
    private static IPAddress? Address(string text) => text switch
    {
        Localhost => IPAddress.Loopback,
        ['[', .. var inner, ']'] when IPAddress.TryParse(inner, out var version6) => version6,
        _ when text.Count(character => character == '.') == 3 && IPAddress.TryParse(text, out var address) => address,
        _ => null,
    };

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : null;
}
