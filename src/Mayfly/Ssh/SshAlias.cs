using Mayfly.Images.Cache;

namespace Mayfly.Ssh;

/// <summary>What servers are called in Mayfly's file of known hosts. Lower case, for OpenSSH writes no other.</summary>
internal static class SshAlias
{
    /// <summary>What the alias of an image begins with.</summary>
    public const string ImagePrefix = "image-";

    private const int DigestChars = 16;

    /// <summary>A machine with a name; names that differ in case only are told apart.</summary>
    public static string OfMachine(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower == name ? name : $"{lower}-{new Fingerprint().Add(name).ToHex()[..DigestChars]}";
    }

    /// <summary>An image, for as long as its file stays as it is: one that is made anew may have a new key.</summary>
    public static string OfImage(string path)
    {
        var file = new FileInfo(path);
        var identity = new Fingerprint().Add(file.FullName).Add($"{file.Length} {file.LastWriteTimeUtc.Ticks}");
        return $"{ImagePrefix}{identity.ToHex()[..DigestChars]}";
    }
}
