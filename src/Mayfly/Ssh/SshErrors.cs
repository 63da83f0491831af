using Mayfly.Diagnostics;
using Mayfly.Session;

namespace Mayfly.Ssh;

/// <summary>The errors of the way in over SSH, each with its remedy. Whatever comes from the other side is cleaned first.</summary>
internal static class SshErrors
{
    private const int ShownLines = 8;

    public static SandboxSshException Unreachable(string message, Exception? cause = null) => new(ErrorCode.SshUnreachable, message, cause);

    public static SandboxSshException NotSpoken(string message, Exception? cause = null) => new(ErrorCode.SshNotSpoken, message, cause);

    public static SandboxSshException TimedOut(string message, Exception? cause = null) => new(ErrorCode.SshTimedOut, message, cause);

    public static SandboxSshException SessionFailed(string message, string words = "", Exception? cause = null) =>
        new(ErrorCode.SshSessionFailed, WithWords(message, words), cause);

    public static SandboxSshException AccessDenied(string message, string words) =>
        new(ErrorCode.SshAccessDenied, WithWords(message, words));

    public static SandboxSshException KnownHosts(string path, string what, Exception? cause = null) => new(
        ErrorCode.SshKnownHostsUnusable,
        $"Mayfly's file of known hosts {path} {what}. No connection is made, for the server could be anybody.",
        cause);

    public static SandboxSshException HostKeyUnknown(SshTrust trust) => new(
        ErrorCode.SshHostKeyUnknown,
        $"The key of the SSH server '{trust.Alias}' is not known, and it may not be trusted on first use. "
        + "Give the server's public key as SandboxSsh.HostKey; `ssh-keygen -y -f KEY` beside its host key prints it.");

    /// <summary>The server has another key than it should.</summary>
    /// <param name="trust">What was expected, and where that is written.</param>
    /// <param name="known">The key it should have.</param>
    /// <param name="presented">What it has instead, in words.</param>
    public static SandboxSshException HostKeyChanged(SshTrust trust, SshPublicKey known, string presented)
    {
        var cause = trust.Alias.StartsWith(SshAlias.ImagePrefix, StringComparison.Ordinal)
            ? "An image that makes its keys as it boots has new ones each time: leave SandboxSsh.IdentityPath out, and Mayfly gives it one that is known. "
            : "";
        var remedy = trust.Hosts is { } hosts
            ? $"{cause}Only when you know why it changed, as after the machine was made anew, remove the known key with `ssh-keygen -R {trust.Alias} -f '{hosts.Path}'` and connect again"
            : "Correct SandboxSsh.HostKey only when you know why it changed";
        return new SandboxSshException(
            ErrorCode.SshHostKeyChanged,
            $"The SSH server '{trust.Alias}' does not have the key it is known by: possibly a man in the middle. "
            + $"Known is {known.Algorithm} {known.Fingerprint}, the server has {presented}. No command was run on it. {remedy}.");
    }

    private static string WithWords(string message, string words) =>
        ConsoleText.LastLines(words, ShownLines) is { Count: > 0 } lines
            ? $"{message} It said: {GuestMessages.Clean(string.Join(" | ", lines))}"
            : message;
}
