namespace Mayfly.Images.Modules;

/// <summary>The curated list of guest/image/modules.txt.</summary>
/// <param name="Boot">Loaded before the session opens.</param>
/// <param name="Available">There for modprobe.</param>
internal sealed record ModuleList(IReadOnlyList<string> Boot, IReadOnlyList<string> Available)
{
    /// <summary>Boot and available ones.</summary>
    public IEnumerable<string> All => Boot.Concat(Available);

    /// <summary>Reads the list: names below <c>[boot]</c> and <c>[available]</c>, comments after <c>#</c>.</summary>
    /// <exception cref="FormatException">A line is neither.</exception>
    public static ModuleList Parse(string text)
    {
        var boot = new List<string>();
        var available = new List<string>();
        List<string>? section = null;
        foreach (var line in text.Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            if (line[0] == '[')
            {
                section = line switch
                {
                    "[boot]" => boot,
                    "[available]" => available,
                    _ => throw new FormatException($"unknown section {line} in the list of modules"),
                };
            }
            else
            {
                (section ?? throw new FormatException($"{line} stands before the first section of the list of modules"))
                    .Add(ModuleName.Normalize(line));
            }
        }

        return new ModuleList(boot, available);
    }
}
