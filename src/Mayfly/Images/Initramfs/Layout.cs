using System.Globalization;

namespace Mayfly.Images.Initramfs;

/// <summary>Reads guest/image/layout.txt, which has the notation of the kernel's gen_init_cpio.</summary>
internal static class Layout
{
    /// <summary>Reads the entries in their order.</summary>
    /// <exception cref="FormatException">A line makes no sense.</exception>
    public static IReadOnlyList<LayoutEntry> Parse(string text)
        => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(ParseLine)];

    private static LayoutEntry ParseLine(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return words switch
            {
                ["dir", var path, var mode, var user, var group] => new DirectoryEntry(path, Owner(mode, user, group)),
                ["slink", var path, var target, var mode, var user, var group] => new SymlinkEntry(path, Owner(mode, user, group), target),
                ["file", var path, var source, var mode, var user, var group] => new FileEntry(path, Owner(mode, user, group), source),
                ["nod", var path, var mode, var user, var group, "c" or "b", var major, var minor]
                    => new DeviceEntry(path, Owner(mode, user, group), words[5] == "b", Number(major), Number(minor)),
                _ => throw new FormatException("unknown form"),
            };
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException)
        {
            throw new FormatException($"the image's layout has a line that makes no sense: {line}", exception);
        }
    }

    private static CpioOwner Owner(string mode, string user, string group) => new(Convert.ToUInt32(mode, 8), Number(user), Number(group));

    private static uint Number(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
