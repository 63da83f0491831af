namespace Mayfly.Cli.Options;

/// <summary>
/// <c>SRC:DST[:writable=SIZE][:slot=SIZE]</c> of --layer, and <c>PROGRAM[:DST]</c> of --layer-tool. Paths in the guest are absolute,
/// so the colon that counts is the last one that a slash follows. A host path may therefore hold colons, a guest path may not.
/// </summary>
internal static class LayerText
{
    private const string WritableWord = "writable=";
    private const string SlotWord = "slot=";
    private const string Wanted =
        "SRC:DST[:writable=SIZE][:slot=SIZE] with a folder or tar archive of the host and an absolute path of the guest, such as ./bin:/opt/app or rootfs.tar.gz:/opt/sdk:writable=64M";

    private const string WantedTool = "PROGRAM[:DST] with a program of the host and an absolute path of the guest, such as jq, /usr/bin/perl or jq:/opt/tools";

    /// <summary>Reads a --layer; ranges are the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxLayer Parse(string text)
    {
        var rest = text;
        ByteSize? writable = null;
        ByteSize? slot = null;
        for (var colon = rest.LastIndexOf(':'); colon >= 0; colon = rest.LastIndexOf(':'))
        {
            var word = rest[(colon + 1)..];
            if (word.StartsWith(WritableWord, StringComparison.Ordinal) && writable is null)
            {
                writable = Size(word[WritableWord.Length..], text);
            }
            else if (word.StartsWith(SlotWord, StringComparison.Ordinal) && slot is null)
            {
                slot = Size(word[SlotWord.Length..], text);
            }
            else
            {
                break;
            }

            rest = rest[..colon];
        }

        var place = rest.LastIndexOf(":/", StringComparison.Ordinal);
        if (place <= 0)
        {
            throw UsageError.Value("--layer", text, Wanted);
        }

        var (source, guestPath) = (rest[..place], rest[(place + 1)..]);
        var layer = File.Exists(source) ? SandboxLayer.FromTar(source, guestPath) : SandboxLayer.FromFolder(source, guestPath);
        return layer with { Writable = writable ?? default, Slot = slot };
    }

    /// <summary>Reads a --layer-tool.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxLayer ParseTool(string text)
    {
        var place = text.LastIndexOf(":/", StringComparison.Ordinal);
        return place == 0 || text.Length == 0 ? throw UsageError.Value("--layer-tool", text, WantedTool)
            : place > 0 ? SandboxLayer.FromTool(text[..place], text[(place + 1)..])
            : SandboxLayer.FromTool(text);
    }

    private static ByteSize Size(string word, string text) => ByteSize.TryParse(word, out var size) ? size : throw UsageError.Value("--layer", text, Wanted);
}
