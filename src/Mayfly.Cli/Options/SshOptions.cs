using System.CommandLine;
using System.Globalization;

namespace Mayfly.Cli.Options;

/// <summary>The options that say how the guest is reached over SSH.</summary>
internal sealed class SshOptions
{
    private readonly Option<string> _user = new("--ssh-user")
    {
        Description = "The user to log in as over SSH [default: root]; the default image also has 'sandbox'",
        HelpName = "USER",
    };

    private readonly Option<string> _identity = new("--identity")
    {
        Description = "A private key of your own for SSH, without a passphrase [default: one made for this sandbox]",
        HelpName = "PATH",
    };

    private readonly Option<string> _hostKey = new("--host-key")
    {
        Description = "With --initramfs and --identity: the SSH server's public key, such as 'ssh-ed25519 AAAA...' [default: the first one seen]",
        HelpName = "KEY",
    };

    private readonly Option<string> _port = new("--ssh-port")
    {
        Description = "With --initramfs: the port its SSH server listens on [default: 22]",
        HelpName = "PORT",
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_user);
        command.Add(_identity);
        command.Add(_hostKey);
        command.Add(_port);
    }

    /// <summary>What they ask for; null where none of them is given, so that the sandbox has SSH only where something else wants it.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxSsh? Read(ParseResult parsed)
    {
        var ssh = new SandboxSsh { IdentityPath = parsed.GetValue(_identity), HostKey = parsed.GetValue(_hostKey) };
        ssh = parsed.GetValue(_user) is { } user ? ssh with { User = user } : ssh;
        ssh = parsed.GetValue(_port) is { } port ? ssh with { Port = ReadPort(port) } : ssh;
        return ssh == new SandboxSsh() ? null : ssh;
    }

    /// <summary>The sandbox's options, unless some of SSH's are given where nothing goes over SSH.</summary>
    /// <exception cref="SandboxConfigurationException">They are (MAY1001).</exception>
    public static SandboxOptions Checked(SandboxOptions options) =>
        options is { Ssh: not null, Kept: false, InitramfsPath: null, Transport: not SandboxTransport.Ssh }
            ? throw UsageError.Because("--ssh-user, --identity, --host-key and --ssh-port make sense only where something goes over SSH. Add --transport ssh, --keep or --initramfs, or leave them out.")
            : options;

    private static int ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : throw UsageError.Value("--ssh-port", text, "a port, 1 to 65535");
}
