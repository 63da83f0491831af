using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>The variables a command starts with: a few defaults, and what the request sets on top.</summary>
internal static class CommandEnvironment
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public static Dictionary<string, string> Build(ExecRequest request, Account account)
    {
        var variables = new Dictionary<string, string>
        {
            ["PATH"] = DefaultPath,
            ["HOME"] = account.Home,
            ["USER"] = account.Name,
            ["LOGNAME"] = account.Name,
            ["SHELL"] = account.Shell,
            ["LANG"] = "C.UTF-8",
            ["MAYFLY"] = "1",
        };
        if (request.Terminal is not null)
        {
            variables["TERM"] = "xterm-256color";
        }

        foreach (var (name, value) in request.Environment)
        {
            variables[name] = value;
        }

        return variables;
    }
}
