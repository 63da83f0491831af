using System.Security.Cryptography;

namespace Mayfly;

/// <summary>What tells one guest from another to the programs in it.</summary>
internal static class MachineIdentity
{
    private const int MachineIdBytes = 16;

    /// <summary>A machine id as systemd defines it: 32 lower-case hexadecimal digits, not all zero.</summary>
    public static string NewMachineId()
    {
        Span<byte> id = stackalloc byte[MachineIdBytes];
        do
        {
            RandomNumberGenerator.Fill(id);
        }
        while (!id.ContainsAnyExcept((byte)0));
        return Convert.ToHexStringLower(id);
    }
}
