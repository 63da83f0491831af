using System.IO.Compression;

namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>
/// The files that a binlog carries. It is a gzip stream of two numbers and then records, each of them a kind, a length and that many bytes; one of
/// them is a zip archive.
/// </summary>
internal static class EmbeddedFiles
{
    private const int Archive = 17;

    /// <summary>Paths, with slashes, and contents.</summary>
    public static IReadOnlyDictionary<string, string> Of(string binlog)
    {
        using var file = File.OpenRead(binlog);
        using var reader = new BinaryReader(new GZipStream(file, CompressionMode.Decompress));
        reader.ReadInt32();
        reader.ReadInt32();
        while (reader.Read7BitEncodedInt() is var kind and not 0)
        {
            var record = reader.ReadBytes(reader.Read7BitEncodedInt());
            if (kind == Archive)
            {
                using var archive = new ZipArchive(new MemoryStream(record));
                return archive.Entries.ToDictionary(entry => entry.FullName.Replace('\\', '/'), Read);
            }
        }

        throw new InvalidDataException($"'{binlog}' carries no files.");
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }
}
