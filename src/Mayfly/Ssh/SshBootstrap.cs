using System.Globalization;
using System.Security.Cryptography;

namespace Mayfly.Ssh;

/// <summary>
/// How the agent is started at the far end. The remote command is one line that any login shell can read: it hands a script
/// without quotes, backslashes and exclamation marks to <c>sh</c>. The script first prints a line nobody can guess, so that
/// what a chatty profile prints before it can be passed over; then words that say how it goes on:
/// <list type="bullet">
/// <item><c>send</c>: the host is to send the agent's binary, exactly as long as announced;</item>
/// <item><c>ready</c>: what follows is the agent's;</item>
/// <item>anything else: why it ends (<see cref="SshRefusal"/>).</item>
/// </list>
/// </summary>
internal sealed class SshBootstrap
{
    /// <summary>The script says that it wants the binary.</summary>
    public const string Send = "send";

    /// <summary>The script says that the agent follows.</summary>
    public const string Ready = "ready";

    private const int NonceBytes = 16;
    private const string AgentMachine = "x86_64";

    private SshBootstrap(string nonce, string command, string? uploadPath) => (Nonce, Command, UploadPath) = (nonce, command, uploadPath);

    /// <summary>The first line that counts.</summary>
    public string Nonce { get; }

    /// <summary>The remote command.</summary>
    public string Command { get; }

    /// <summary>The binary to send when it is asked for; null where the image has it.</summary>
    public string? UploadPath { get; }

    /// <summary>The agent is the image's own init.</summary>
    public static SshBootstrap OfDefaultImage()
    {
        var nonce = MakeNonce();
        return new SshBootstrap(nonce, Wrap($"echo; echo {nonce}; [ -x /init ] || {{ echo {SshRefusal.NoAgent}; exit 1; }}; echo {Ready}; exec /init session"), null);
    }

    /// <summary>
    /// The image knows nothing of Mayfly: the binary goes into a new directory of its own, which it removes when it ends; where
    /// it does not come to run, the script does.
    /// </summary>
    /// <param name="agentPath">The native agent on this host.</param>
    public static SshBootstrap OfForeignImage(string agentPath)
    {
        var nonce = MakeNonce();
        var bytes = new FileInfo(agentPath).Length;

        // An empty file that may be run runs as a script that does nothing; where programs may not be run, it can't.
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            umask 077; echo; echo {{nonce}}; d=; w={{SshRefusal.NoDirectory}};
            trap "exit 1" HUP INT PIPE TERM;
            f() { [ -z "$d" ] || rm -rf "$d"; }; trap f EXIT;
            m=$(uname -m 2>/dev/null); [ -z "$m" ] || [ "$m" = {{AgentMachine}} ] || { echo {{SshRefusal.WrongArchitecture}}; exit 1; };
            command -v head >/dev/null 2>&1 || { echo {{SshRefusal.NoHead}}; exit 1; };
            for t in "${TMPDIR:-/tmp}" "$HOME" /var/tmp /dev/shm /run; do
            [ -d "$t" ] || continue;
            d=$t/.mayfly-{{nonce}};
            mkdir "$d" 2>/dev/null || { d=; continue; };
            if { : >"$d/agent"; } 2>/dev/null && chmod 700 "$d/agent" 2>/dev/null; then if "$d/agent" </dev/null >/dev/null 2>&1; then break; fi; w={{SshRefusal.NoExecute}}; fi;
            rm -rf "$d"; d=;
            done;
            [ -n "$d" ] || { echo $w; exit 1; };
            echo {{Send}};
            head -c {{bytes}} 2>/dev/null >"$d/agent" && [ "$(wc -c <"$d/agent")" -eq {{bytes}} ] || { echo {{SshRefusal.NoSpace}}; exit 1; };
            echo {{Ready}};
            exec "$d/agent" session "$d"
            """);
        return new SshBootstrap(nonce, Wrap(script.ReplaceLineEndings(" ")), agentPath);
    }

    private static string Wrap(string script) => $"exec sh -c '{script}'";

    private static string MakeNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
}
