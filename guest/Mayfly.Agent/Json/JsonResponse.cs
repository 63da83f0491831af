using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Json;

/// <summary>
/// Writes a line of the form <c>{"exit_code": int, "stdout": base64, "stderr": base64, "error": string?}</c>. Whatever
/// is not a command's own exit has an error that says so: the code is 128 and the signal where a signal ended it, and
/// <see cref="NoExitCode"/> where it never ran or was ended by the agent.
/// </summary>
internal static class JsonResponse
{
    /// <summary>What the format has always had where there is no exit code.</summary>
    public const int NoExitCode = -1;

    private const int SignalBase = 128;
    private const int KillSignal = 9;
    private const int MaxErrorCharacters = 8 * 1024;

    // Braces, names and a short error: what is longer makes the buffer grow.
    private const int RestBytes = 1024;

    /// <summary>Answers a request that no command was run for.</summary>
    public static ReadOnlyMemory<byte> Refuse(string error) => Write(NoExitCode, [], [], error);

    /// <summary>Answers a request with how its command ended; <paramref name="cause"/> is why the agent ended it.</summary>
    public static ReadOnlyMemory<byte> Answer(Outcome outcome, ReadOnlySpan<byte> output, ReadOnlySpan<byte> error, string? cause)
    {
        var (exitCode, reason) = outcome switch
        {
            ExecOutcome { Kind: ExecEndKind.Exited, ExitCode: { } code } => (code, null),
            ExecOutcome { Kind: ExecEndKind.Signalled, Signal: { } signal } =>
                (SignalBase + signal, $"the command was ended by signal {signal}"),
            ExecOutcome { Kind: ExecEndKind.OutOfMemory } =>
                (SignalBase + KillSignal, "the command was ended by the guest's kernel, for want of memory"),
            ExecOutcome exec => (NoExitCode, exec.Message ?? $"the command did not exit: {exec.Kind}"),
            FailedOutcome failed => (NoExitCode, failed.Message),
            _ => throw new NotSupportedException(),
        };
        return Write(exitCode, output, error, cause ?? reason);
    }

    private static ReadOnlyMemory<byte> Write(int exitCode, ReadOnlySpan<byte> output, ReadOnlySpan<byte> error, string? reason)
    {
        var buffer = new ArrayBufferWriter<byte>(
            Base64.GetMaxEncodedToUtf8Length(output.Length) + Base64.GetMaxEncodedToUtf8Length(error.Length) + RestBytes);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("exit_code", exitCode);
        json.WriteBase64String("stdout", output);
        json.WriteBase64String("stderr", error);
        json.WriteString("error", reason is { Length: > MaxErrorCharacters } ? reason[..MaxErrorCharacters] : reason);
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }
}
