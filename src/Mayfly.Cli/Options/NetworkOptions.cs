using System.CommandLine;

namespace Mayfly.Cli.Options;

/// <summary>The options that say what the machine's network is.</summary>
internal sealed class NetworkOptions
{
    private readonly Option<string> _network = new("--network")
    {
        Description = "The guest's network card. none; user: QEMU's own, where only published ports work, and user:outbound, where the guest also connects to the outside, this host's loopback included; tap, tap:BRIDGE: a TAP device, which needs CAP_NET_ADMIN",
        HelpName = "none|user|user:outbound|tap|tap:BRIDGE",
        DefaultValueFactory = _ => "none",
    };

    private readonly Option<string[]> _publish = new("--publish")
    {
        Description = "Let a port of the host lead to one of the guest (with --network user). ADDR is 127.0.0.1 unless given; no HOST, or 0, is any that is free, and is told on standard error. Repeatable",
        HelpName = "[ADDR:]HOST:GUEST[/udp]",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_network);
        command.Add(_publish);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxNetwork Read(ParseResult parsed)
    {
        var text = parsed.GetRequiredValue(_network);
        if (!SandboxNetwork.TryParse(text, out var network))
        {
            throw UsageError.Value("--network", text, "none, user, user:outbound, tap or tap:BRIDGE");
        }

        IReadOnlyList<PortForward> forwards = [.. (parsed.GetValue(_publish) ?? []).Select(PublishText.Parse)];
        return network switch
        {
            UserNetwork user => user with { Forwards = forwards },
            _ when forwards.Count > 0 => throw UsageError.Because($"--publish needs a user-mode network, but --network is {network}. Add --network user."),
            _ => network,
        };
    }
}
