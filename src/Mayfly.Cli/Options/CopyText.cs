namespace Mayfly.Cli.Options;

/// <summary>
/// <c>SRC:DST</c> of --push and --pull. Paths in the guest are absolute, so the colon that counts is the one at the
/// guest's path: for a push the last colon that a slash follows, for a pull the first colon of all. A host path may
/// therefore hold colons, a guest path may not.
/// </summary>
internal static class CopyText
{
    /// <summary>Reads <c>HOST:/GUEST</c>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxCopy ParsePush(string text)
    {
        var colon = text.LastIndexOf(":/", StringComparison.Ordinal);
        return colon > 0
            ? new SandboxCopy(text[..colon], text[(colon + 1)..])
            : throw UsageError.Value("--push", text, "SRC:DST with a path on the host and an absolute path in the guest, such as ./data:/work");
    }

    /// <summary>Reads <c>/GUEST:HOST</c>.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxCopy ParsePull(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return text.StartsWith('/') && colon > 0 && colon < text.Length - 1
            ? new SandboxCopy(text[(colon + 1)..], text[..colon])
            : throw UsageError.Value("--pull", text, "SRC:DST with an absolute path in the guest and a path on the host, such as /work/out:./out");
    }
}
