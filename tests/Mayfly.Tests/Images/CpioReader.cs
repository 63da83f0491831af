using System.Globalization;
using System.Text;

namespace Mayfly.Tests.Images;

/// <summary>Reads newc archives by the text of the format's description, independently of the writer.</summary>
internal static class CpioReader
{
    public static List<CpioEntry> Read(byte[] archive)
    {
        Assert.Equal(0, archive.Length % 512);
        var entries = new List<CpioEntry>();
        var position = 0;
        while (true)
        {
            Assert.Equal("070701", Encoding.ASCII.GetString(archive, position, 6));
            var fields = Enumerable.Range(0, 13)
                .Select(index => uint.Parse(Encoding.ASCII.GetString(archive, position + 6 + (8 * index), 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
                .ToArray();
            var nameBytes = (int)fields[11];
            var name = Encoding.UTF8.GetString(archive, position + 110, nameBytes - 1);
            Assert.Equal(0, archive[position + 110 + nameBytes - 1]);
            position = Align(position + 110 + nameBytes);
            var content = archive.AsSpan(position, (int)fields[6]).ToArray();
            position = Align(position + content.Length);
            if (name == "TRAILER!!!")
            {
                Assert.All(archive[position..], value => Assert.Equal(0, value));
                return entries;
            }

            entries.Add(new CpioEntry(name, fields[0], fields[1], fields[2], fields[3], fields[4], fields[5], fields[9], fields[10], content));
        }
    }

    private static int Align(int position) => (position + 3) / 4 * 4;
}
