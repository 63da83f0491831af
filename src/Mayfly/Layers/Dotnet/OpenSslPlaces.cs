using System.Text;

namespace Mayfly.Layers.Dotnet;

/// <summary>Where an OpenSSL looks for its files, as its libcrypto was built to.</summary>
/// <param name="Folder">Its configuration and certificates (OPENSSLDIR); null where it does not say.</param>
/// <param name="Providers">Its providers (MODULESDIR), from version 3 on; null where it does not say.</param>
internal sealed record OpenSslPlaces(string? Folder, string? Providers)
{
    private const long MostBytes = 64 * 1024 * 1024;
    private const int MostPathBytes = 4096;

    /// <summary>Reads them.</summary>
    public static OpenSslPlaces Read(string library)
    {
        if (new FileInfo(library).Length > MostBytes)
        {
            return new OpenSslPlaces(null, null);
        }

        var content = File.ReadAllBytes(library);
        return new OpenSslPlaces(Find(content, "\0OPENSSLDIR: \""u8), Find(content, "\0MODULESDIR: \""u8));
    }

    private static string? Find(ReadOnlySpan<byte> content, ReadOnlySpan<byte> name)
    {
        var start = content.IndexOf(name);
        if (start < 0)
        {
            return null;
        }

        var text = content[(start + name.Length)..];
        var end = text[..Math.Min(text.Length, MostPathBytes)].IndexOf((byte)'"');
        return end > 0 && text[0] == (byte)'/' ? Encoding.UTF8.GetString(text[..end]) : null;
    }
}
