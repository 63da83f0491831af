namespace Mayfly.Ssh;

/// <summary>The words by which the script at the far end says why it can't start the agent, and what they mean.</summary>
internal static class SshRefusal
{
    public const string NoAgent = "no-agent";
    public const string NoDirectory = "no-directory";
    public const string NoExecute = "no-execute";
    public const string NoHead = "no-head";
    public const string NoSpace = "no-space";
    public const string WrongArchitecture = "wrong-architecture";

    /// <summary>The word as a sentence with its remedy; null for a word the script does not have.</summary>
    public static string? Explain(string word) => word switch
    {
        NoAgent => "The guest has no agent at /init: it is not Mayfly's default image. Name the image it is, so that the agent is sent.",
        NoDirectory => "The agent can't be sent, for the user may write to none of $TMPDIR (or /tmp), $HOME, /var/tmp, /dev/shm and /run. Make one of them writable, with 5 MB of room.",
        NoExecute => "The agent can't be sent to where it could run: of $TMPDIR (or /tmp), $HOME, /var/tmp, /dev/shm and /run, those that the user may write to are mounted noexec. Mount one of them with exec.",
        NoHead => "The agent can't be sent, for the guest has no program 'head'. Install coreutils or busybox in its image.",
        NoSpace => "The agent did not arrive whole. There may be no room for its 5 MB where the guest keeps temporary files.",
        WrongArchitecture => "The agent is a program for x86-64 and the guest's processor is of another kind. Take an image for x86-64.",
        _ => null,
    };
}
