using System.Globalization;
using System.Net;
using Mayfly.Diagnostics;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>
/// Which ports QEMU has bound for its user-mode network, from its monitor's <c>info usernet</c>. There is no other way to
/// learn what became of a port 0, and the answer is a table for people:
/// <code>
///   Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ
///   TCP[HOST_FORWARD]  11       127.0.0.1 40797       10.0.2.15    80     0     0
///   UDP[HOST_FORWARD]   8               *  9999       10.0.2.15    53     0     0
/// </code>
/// </summary>
internal static class BoundPorts
{
    /// <summary>The command that is answered with it.</summary>
    public const string Question = "info usernet";

    private const string State = "[HOST_FORWARD]";

    /// <summary>The bound ports, in the order of what was asked for.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1003: the answer is not what it should be.</exception>
    public static IReadOnlyList<MappedPort> Read(IReadOnlyList<PortForward> forwards, string answer)
    {
        var bound = answer.Split('\n').Where(line => line.Contains(State, StringComparison.Ordinal)).Select(Parse).ToList();
        var mapped = new MappedPort[forwards.Count];

        // Those with a port of their own first, so that none is taken for another's free one.
        foreach (var index in Enumerable.Range(0, forwards.Count).OrderBy(index => forwards[index].HostPort == 0))
        {
            var forward = forwards[index];
            mapped[index] = bound.Find(port => IsOf(port, forward)) ?? throw Unreadable($"the guest's port {forward.GuestPort} is not in it");
            bound.Remove(mapped[index]);
        }

        return bound.Count == 0 ? mapped : throw Unreadable($"{bound[0]} was not asked for");
    }

    private static bool IsOf(MappedPort port, PortForward forward) =>
        port.Protocol == forward.Protocol
        && port.GuestPort == forward.GuestPort
        && port.HostEndPoint.Address.Equals(forward.HostAddress)
        && (forward.HostPort == 0 || port.HostEndPoint.Port == forward.HostPort);

    private static MappedPort Parse(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var state, _, var host, var hostPort, _, var guestPort, _, _]
        && Protocol(state) is { } protocol
        && Address(host) is { } address
        && Port(hostPort) is { } bound
        && Port(guestPort) is { } led
            ? new MappedPort(protocol, new IPEndPoint(address, bound), led)
            : throw Unreadable($"it has the line '{GuestText.Neutralise(line)}'");

    private static PortProtocol? Protocol(string text) => text switch
    {
        $"TCP{State}" => PortProtocol.Tcp,
        $"UDP{State}" => PortProtocol.Udp,
        _ => null,
    };

    private static IPAddress? Address(string text) =>
        text == "*" ? IPAddress.Any : IPAddress.TryParse(text, out var address) ? address : null;

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= IPEndPoint.MaxPort ? port : null;

    private static SandboxConfigurationException Unreadable(string why) => new(
        ErrorCode.HypervisorUnusable,
        $"QEMU does not say as it should which ports it has bound for the guest: {why}. Its version is the likely cause: '{QemuProgram.InstallCommand}' installs one that is known to work, and SandboxOptions.QemuPath names another.");
}
