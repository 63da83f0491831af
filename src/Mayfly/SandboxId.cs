using System.Security.Cryptography;

namespace Mayfly;

/// <summary>Names of sandboxes: short, because socket paths are; random, because there is no registry to ask.</summary>
internal static class SandboxId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 10;

    /// <summary>Makes a new id of ten letters and digits, fifty random bits.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);
}
