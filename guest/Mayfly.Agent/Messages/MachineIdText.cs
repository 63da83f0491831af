using System.Diagnostics.CodeAnalysis;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>The form of a machine's id, as machine-id(5) has it.</summary>
internal static class MachineIdText
{
    /// <exception cref="ProtocolException">It is none.</exception>
    public static string Require(string? text) =>
        IsOne(text)
            ? text
            : throw new ProtocolException($"a machine id that is not {WakeFormat.MachineIdBytes} lower-case hexadecimal digits");

    private static bool IsOne([NotNullWhen(true)] string? text)
    {
        if (text is not { Length: WakeFormat.MachineIdBytes })
        {
            return false;
        }

        foreach (var digit in text)
        {
            if (!char.IsAsciiHexDigitLower(digit))
            {
                return false;
            }
        }

        return true;
    }
}
