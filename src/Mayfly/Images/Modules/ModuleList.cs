namespace Mayfly.Images.Modules;

/// <summary>The curated list of guest/image/modules.txt.</summary>
/// <param name="Boot">Loaded before the session opens, whatever it comes over.</param>
/// <param name="Serial">Loaded after them where it comes over virtio-serial.</param>
/// <param name="Vsock">Loaded after them where it comes over vsock.</param>
/// <param name="Network">Loaded after those where there is a network card.</param>
/// <param name="Disk">Loaded after those where there are disks.</param>
/// <param name="Layer">Loaded after those where there are layers.</param>
/// <param name="Available">There for modprobe.</param>
internal sealed record ModuleList(
    IReadOnlyList<string> Boot,
    IReadOnlyList<string> Serial,
    IReadOnlyList<string> Vsock,
    IReadOnlyList<string> Network,
    IReadOnlyList<string> Disk,
    IReadOnlyList<string> Layer,
    IReadOnlyList<string> Available)
{
    /// <summary>All that a guest with a serial session loads.</summary>
    public IEnumerable<string> SerialBoot => Boot.Concat(Serial);

    /// <summary>All that a guest with a vsock session loads.</summary>
    public IEnumerable<string> VsockBoot => Boot.Concat(Vsock);

    /// <summary>Those loaded at boot and those there for modprobe.</summary>
    public IEnumerable<string> All => Boot.Concat(Serial).Concat(Vsock).Concat(Network).Concat(Disk).Concat(Layer).Concat(Available);

    /// <summary>
    /// Reads the list: names below <c>[boot]</c>, <c>[boot serial]</c>, <c>[boot vsock]</c>, <c>[boot network]</c>, <c>[boot disk]</c>,
    /// <c>[boot layer]</c> and <c>[available]</c>, comments after <c>#</c>.
    /// </summary>
    /// <exception cref="FormatException">A line is neither.</exception>
    public static ModuleList Parse(string text)
    {
        var boot = new List<string>();
        var serial = new List<string>();
        var vsock = new List<string>();
        var network = new List<string>();
        var disk = new List<string>();
        var layer = new List<string>();
        var available = new List<string>();
        List<string>? section = null;
        foreach (var line in text.Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            if (line[0] == '[')
            {
                section = line switch
                {
                    "[boot]" => boot,
                    "[boot serial]" => serial,
                    "[boot vsock]" => vsock,
                    "[boot network]" => network,
                    "[boot disk]" => disk,
                    "[boot layer]" => layer,
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

        return new ModuleList(boot, serial, vsock, network, disk, layer, available);
    }
}
