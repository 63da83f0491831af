using System.CommandLine;

namespace Mayfly.Cli.Options;

/// <summary>The options that give a sandbox a name and a life beyond its command.</summary>
internal sealed class KeepOptions
{
    private readonly Option<string> _name = new("--name")
    {
        Description = "What the sandbox is called; no other living one of yours may have it",
        HelpName = "NAME",
    };

    private readonly Option<bool> _keep = new("--keep")
    {
        Description = "Leave the sandbox running after the command, in the background, until 'mayfly rm' ends it; without CMD just start it. Needs --name",
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_keep);
        command.Add(_name);
    }

    /// <summary>Whether the sandbox is to stay.</summary>
    public bool IsKept(ParseResult parsed) => parsed.GetValue(_keep);

    /// <summary>Adds them to a sandbox's options; what a name may be is the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxOptions Read(ParseResult parsed, SandboxOptions options)
    {
        var name = parsed.GetValue(_name);
        return (IsKept(parsed), name) switch
        {
            (true, null) => throw UsageError.Because("--keep needs --name, by which the sandbox is found again. Add one, such as --name dev."),
            (true, _) => options with { Name = name, Kept = true, Ssh = options.Ssh ?? new SandboxSsh() },
            _ => options with { Name = name },
        };
    }
}
