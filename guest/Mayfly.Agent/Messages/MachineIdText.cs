using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>The form of a machine's id, as machine-id(5) has it.</summary>
internal static class MachineIdText
{
    private const int Digits = 32;

    /// <exception cref="ProtocolException">It is none.</exception>
    public static string Require(string? text) =>
        text is { Length: Digits } && text.All(char.IsAsciiHexDigitLower)
            ? text
            : throw new ProtocolException($"a machine id that is not {Digits} lower-case hexadecimal digits");
}
