namespace Mayfly.Cli.Options;

/// <summary><c>PATH[:ro][:limit=SIZE]</c> of --disk. A path may hold colons, unless it ends in one of those words.</summary>
internal static class DiskText
{
    private const string LimitWord = "limit=";
    private const string Wanted = "PATH[:ro][:limit=SIZE] with a raw image's path, such as disk.img or disk.img:limit=4G; :ro takes no limit";

    /// <summary>Reads one; ranges are the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static SandboxDisk Parse(string text)
    {
        var path = text;
        var mode = SandboxDiskMode.CopyOnWrite;
        ByteSize? limit = null;
        for (var colon = path.LastIndexOf(':'); colon >= 0; colon = path.LastIndexOf(':'))
        {
            var word = path[(colon + 1)..];
            if (word == "ro" && mode != SandboxDiskMode.ReadOnly)
            {
                mode = SandboxDiskMode.ReadOnly;
            }
            else if (word.StartsWith(LimitWord, StringComparison.Ordinal) && limit is null)
            {
                limit = ByteSize.TryParse(word[LimitWord.Length..], out var size) ? size : throw UsageError.Value("--disk", text, Wanted);
            }
            else
            {
                break;
            }

            path = path[..colon];
        }

        if (path.Length == 0 || (mode == SandboxDiskMode.ReadOnly && limit is not null))
        {
            throw UsageError.Value("--disk", text, Wanted);
        }

        var disk = new SandboxDisk { Path = path, Mode = mode };
        return limit is { } given ? disk with { WriteLimit = given } : disk;
    }
}
