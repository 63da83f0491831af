using System.Text.RegularExpressions;

namespace Mayfly.Ssh;

/// <summary>What an <c>ssh</c> that has ended before the session was open means, by its exit code and its words.</summary>
internal static partial class SshDiagnosis
{
    /// <summary>Explains an end before the remote command ran.</summary>
    /// <param name="plan">What was tried.</param>
    /// <param name="expected">The key the server should have had; null where any would have done.</param>
    /// <param name="exitCode">Of ssh, or of the remote command; null where it had to be killed.</param>
    /// <param name="words">What ssh said; untrusted.</param>
    /// <param name="chatter">What the login printed; untrusted.</param>
    public static SandboxSshException Explain(SshPlan plan, SshPublicKey? expected, int? exitCode, string words, string chatter)
    {
        if (exitCode != OpenSshChannel.OwnFailure)
        {
            return SshErrors.SessionFailed(
                $"The SSH server at {plan.Endpoint} let '{plan.User}' in, and its login shell ended with code {exitCode?.ToString() ?? "unknown"} without running anything. "
                + "Give the user a POSIX login shell, and no forced command.",
                words.Trim().Length > 0 ? words : chatter);
        }

        return Has(words, "REMOTE HOST IDENTIFICATION HAS CHANGED") && expected is not null ? SshErrors.HostKeyChanged(plan.Trust, expected, Presented(words))
            : Has(words, "no matching host key type") && expected is not null ? SshErrors.HostKeyChanged(plan.Trust, expected, "no key of that kind")
            : Has(words, "Host key verification failed") ? SshErrors.HostKeyUnknown(plan.Trust)
            : KeyTrouble(words) ? KeyUnusable(plan, words)
            : Has(words, "Permission denied (") || Has(words, "Too many authentication failures") ? Denied(plan, words)
            : Has(words, "timed out") ? SshErrors.TimedOut($"The SSH server at {plan.Endpoint} stopped answering in its handshake. It may be too busy. {Said(words)}")
            : Broken(words) ? SshErrors.NotSpoken($"The SSH server at {plan.Endpoint} ended the connection in its handshake. Its log, or the guest's console, may say why. {Said(words)}")
            : SshErrors.SessionFailed($"The connection to the SSH server at {plan.Endpoint} failed before anything ran.", words);
    }

    private static SandboxSshException Denied(SshPlan plan, string words) => SshErrors.AccessDenied(
        $"The SSH server at {plan.Endpoint} does not let '{plan.User}' in with the key {plan.IdentityPath}. Usual causes: "
        + $"the user does not exist or may not log in (as root under PermitRootLogin no; set SandboxSsh.User); the content of {plan.IdentityPath}.pub is not a line of its ~/.ssh/authorized_keys; "
        + "or StrictModes, which both sshd and dropbear insist on: the home directory, ~/.ssh and authorized_keys must belong to that user or to root, and neither group nor others may write to them "
        + $"(`chown -R {plan.User}: ~{plan.User}/.ssh; chmod go-w ~{plan.User}; chmod 700 ~{plan.User}/.ssh; chmod 600 ~{plan.User}/.ssh/authorized_keys`).",
        words);

    private static SandboxSshException KeyUnusable(SshPlan plan, string words) => SshErrors.AccessDenied(
        $"OpenSSH can't use the private key {plan.IdentityPath}. It must be a private key without a passphrase, of this user, with mode 0600.", words);

    private static bool KeyTrouble(string words) =>
        Has(words, "UNPROTECTED PRIVATE KEY") || Has(words, "Load key \"") || Has(words, "no such identity") || Has(words, "not accessible");

    private static bool Broken(string words) =>
        Has(words, "closed by") || Has(words, "Connection reset") || Has(words, "Broken pipe") || Has(words, "banner") || Has(words, "kex_") || Has(words, "Unable to negotiate")
        || Has(words, "Bad packet") || Has(words, "Corrupted MAC") || Has(words, "Protocol major versions differ") || Has(words, "invalid format");

    private static string Presented(string words)
    {
        var match = FingerprintPattern().Match(words);
        return match.Success ? $"{match.Groups[1].Value} {match.Groups[2].Value}" : "another";
    }

    private static string Said(string words) => ConsoleText.LastLines(words, 1) is [var last] ? $"OpenSSH said: {last}" : "";

    private static bool Has(string words, string part) => words.Contains(part, StringComparison.Ordinal);

    [GeneratedRegex(@"fingerprint for the (\S{1,32}) key sent by the remote host is\s+(SHA256:[A-Za-z0-9+/]{43})")]
    private static partial Regex FingerprintPattern();
}
