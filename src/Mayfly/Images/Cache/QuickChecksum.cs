using System.Globalization;

namespace Mayfly.Images.Cache;

/// <summary>
/// FNV-1a over small records: against flipped bits and half a write, not against an enemy, who can't write into the cache.
/// Loading a digest would cost a cold process tens of milliseconds.
/// </summary>
internal static class QuickChecksum
{
    /// <summary>The checksum of a text, in lower-case hexadecimal.</summary>
    public static string Of(string text)
    {
        var hash = 0xcbf29ce484222325;
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * 0x100000001b3);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
