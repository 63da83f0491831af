using System.IO.Compression;
using System.Xml.Linq;

namespace Mayfly.Packages.Tests.Feed;

/// <summary>What is in a package, read into memory.</summary>
internal sealed class Package
{
    private readonly Dictionary<string, byte[]> _files = [];

    public Package(string path)
    {
        using var archive = ZipFile.OpenRead(path);
        foreach (var entry in archive.Entries)
        {
            Time = entry.LastWriteTime;
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            _files.Add(entry.FullName, bytes.ToArray());
        }
    }

    /// <summary>Its files, but for those of the container itself.</summary>
    public IEnumerable<string> Files =>
        _files.Keys.Where(name => name != "[Content_Types].xml" && !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    /// <summary>The description of the package.</summary>
    public XElement Metadata => XDocument.Parse(Text(Files.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))).TrimStart('\ufeff'))
        .Root!.Elements().Single(element => element.Name.LocalName == "metadata");

    /// <summary>The packages it depends on.</summary>
    public IEnumerable<string> Dependencies =>
        Metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => (string)element.Attribute("id")!).Order(StringComparer.Ordinal);

    /// <summary>The time that is written into the archive, of any file.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>A file's bytes.</summary>
    public byte[] this[string name] => _files[name];

    /// <summary>A file's text.</summary>
    public string Text(string name) => System.Text.Encoding.UTF8.GetString(_files[name]);

    /// <summary>One element of the description; null where it is not there.</summary>
    public string? Tell(string element) => Metadata.Elements().SingleOrDefault(each => each.Name.LocalName == element)?.Value;
}
