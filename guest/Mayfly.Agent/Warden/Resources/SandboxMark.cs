using System.Globalization;
using System.Text;

namespace Mayfly.Agent.Warden.Resources;

/// <summary>
/// What a sandbox writes on its loop devices, which have no names of their own: whose each is follows from it alone. The id
/// is for people; the digest of the directory keeps sandboxes of equal ids below other roots apart.
/// </summary>
internal static class SandboxMark
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>What the marks of a sandbox begin with.</summary>
    public static string PrefixOf(SandboxPlace place)
    {
        var digest = FnvOffset;
        foreach (var value in Encoding.UTF8.GetBytes(place.Directory))
        {
            digest = (digest ^ value) * FnvPrime;
        }

        return string.Create(CultureInfo.InvariantCulture, $"mayfly-{place.Id}-{digest:x16}-");
    }
}
