using System.CommandLine;

namespace Mayfly.Cli.Options;

/// <summary>The options that say how the guest's command runs and what is copied around it.</summary>
internal sealed class WorkOptions
{
    private readonly Option<string[]> _push = new("--push")
    {
        Description = "Copy a file or tree into the guest first; DST is absolute. Repeatable",
        HelpName = "SRC:DST",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _pull = new("--pull")
    {
        Description = "Copy a file or tree out of the guest afterwards, whether the command succeeded or not; SRC is absolute. Repeatable",
        HelpName = "SRC:DST",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _forward = new("--forward")
    {
        Description = "Let a port of this host at 127.0.0.1 lead to one of the guest's loopback; needs no network card. No HOST_PORT, or 0, is any that is free, and is told on standard error. Repeatable",
        HelpName = "[HOST_PORT:]GUEST_PORT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _reverse = new("--reverse")
    {
        Description = "Let a port of the guest's loopback lead to this one address; HOST is 127.0.0.1 unless given. Repeatable",
        HelpName = "GUEST_PORT:[HOST:]HOST_PORT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _env = new("--env")
    {
        Description = "Set a variable in the guest; K alone passes the host's value on. Repeatable. Nothing else of the host's is passed",
        HelpName = "K=V",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _cwd = new("--cwd")
    {
        Description = "Working directory in the guest, absolute [default: the user's home]",
        HelpName = "DIR",
    };

    private readonly Option<string> _user = new("--user")
    {
        Description = "name, uid, name:group or uid:gid in the guest [default: root]",
        HelpName = "U",
    };

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "Say nothing on standard error but errors",
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_push);
        command.Add(_pull);
        command.Add(_forward);
        command.Add(_reverse);
        command.Add(_env);
        command.Add(_cwd);
        command.Add(_user);
        command.Add(_quiet);
    }

    /// <summary>Whether only errors are to be said.</summary>
    public bool IsQuiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>Makes a job of them; ranges are the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxJob Read(ParseResult parsed, IReadOnlyList<string> command, SandboxOptions sandbox) => new()
    {
        Command = command,
        Sandbox = SshOptions.Checked(sandbox),
        Inputs = [.. (parsed.GetValue(_push) ?? []).Select(CopyText.ParsePush)],
        Outputs = [.. (parsed.GetValue(_pull) ?? []).Select(CopyText.ParsePull)],
        Forwards = [.. (parsed.GetValue(_forward) ?? []).Select(ForwardText.ParseForward)],
        ReverseForwards = [.. (parsed.GetValue(_reverse) ?? []).Select(ForwardText.ParseReverse)],
        PullAfterFailure = true,
        KillOnCancel = true,
        Exec = new ExecOptions
        {
            WorkingDirectory = parsed.GetValue(_cwd),
            Environment = EnvironmentText.Parse(parsed.GetValue(_env) ?? [], Environment.GetEnvironmentVariable),
            User = parsed.GetValue(_user),
        },
    };
}
