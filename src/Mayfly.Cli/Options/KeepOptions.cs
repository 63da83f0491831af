using System.CommandLine;

namespace Mayfly.Cli.Options;

/// <summary>The options that give a sandbox a name and a life beyond its command.</summary>
internal sealed class KeepOptions
{
    private const string DefaultUser = "root";

    private readonly Option<string> _name = new("--name")
    {
        Description = "What the sandbox is called; no other living one of yours may have it",
        HelpName = "NAME",
    };

    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "Leave the sandbox running after the command, in the background, until 'mayfly rm' ends it; without CMD just start it. Needs --name",
    };

    private readonly Option<string> _sshUser = new("--ssh-user")
    {
        Description = $"With --keep: the user that 'mayfly ssh' logs in as [default: {DefaultUser}]",
        HelpName = "U",
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_keep);
        command.Add(_name);
        command.Add(_sshUser);
    }

    /// <summary>Whether the sandbox is to stay.</summary>
    public bool IsKept(ParseResult parsed) => parsed.GetValue(_keep);

    /// <summary>Adds them to a sandbox's options; what a name may be is the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxOptions Read(ParseResult parsed, SandboxOptions options)
    {
        var name = parsed.GetValue(_name);
        var user = parsed.GetValue(_sshUser);
        return (IsKept(parsed), name, user) switch
        {
            (true, null, _) => throw UsageError.Because("--keep needs --name, by which the sandbox is found again. Add one, such as --name dev."),
            (false, _, not null) => throw UsageError.Because("--ssh-user makes sense only with --keep. Add --keep and --name, or leave it out."),
            (true, _, _) => options with { Name = name, Kept = true, Ssh = new SandboxSsh { User = user ?? DefaultUser } },
            _ => options with { Name = name },
        };
    }
}
