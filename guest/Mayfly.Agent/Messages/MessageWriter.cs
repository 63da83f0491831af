using System.Buffers;
using System.Text.Json;
using Mayfly.Protocol;

namespace Mayfly.Agent.Messages;

/// <summary>Writes what the guest says, in the form <see cref="ProtocolJson"/> reads.</summary>
internal static class MessageWriter
{
    // Texts quote the request, which may be long; a message must stay within its limit even when all is escaped.
    private const int MaxTextCharacters = 8 * 1024;

    public static ReadOnlySpan<byte> Write(Hello hello) => Write(hello, static (json, hello) =>
    {
        json.WriteNumber("version", hello.Version);
        json.WriteNumber("oldestVersion", hello.OldestVersion);
        WriteText(json, "software", hello.Software);
        WriteText(json, "kernelRelease", hello.KernelRelease);
        WriteText(json, "architecture", hello.Architecture);
        WriteText(json, "hostName", hello.HostName);
        WriteNumber(json, "uptimeMs", hello.UptimeMs);
        WriteText(json, "failure", hello.Failure);
        json.WriteStartArray("warnings");
        foreach (var warning in hello.Warnings)
        {
            json.WriteStringValue(Shorten(warning));
        }

        json.WriteEndArray();
    });

    public static ReadOnlySpan<byte> Write(Progress progress) =>
        progress is StartedProgress started ? WriteStarted(started) : WriteAny(progress);

    public static ReadOnlySpan<byte> Write(Outcome outcome) =>
        outcome is ExecOutcome { Kind: ExecEndKind.Exited, ExitCode: { } exitCode, Signal: null, StartFailure: null, Message: null } exec
            ? WriteExited(exitCode, exec.DurationMs)
            : WriteAny(outcome);

    private static ReadOnlySpan<byte> WriteStarted(StartedProgress started)
    {
        var json = new FlatJson();
        json.Add("what"u8, "started"u8);
        json.Add("processId"u8, started.ProcessId);
        return json.End();
    }

    private static ReadOnlySpan<byte> WriteExited(int exitCode, long durationMs)
    {
        var json = new FlatJson();
        json.Add("result"u8, "exec"u8);
        json.Add("kind"u8, "Exited"u8);
        json.Add("exitCode"u8, exitCode);
        json.Add("durationMs"u8, durationMs);
        return json.End();
    }

    private static ReadOnlySpan<byte> WriteAny(Progress progress) => Write(progress, static (json, progress) =>
    {
        switch (progress)
        {
            case HeartbeatProgress heartbeat:
                json.WriteString("what", "heartbeat");
                json.WriteNumber("elapsedMs", heartbeat.ElapsedMs);
                break;
            case ConnectedProgress:
                json.WriteString("what", "connected");
                break;
            case ListeningProgress listening:
                json.WriteString("what", "listening");
                json.WriteNumber("port", listening.Port);
                break;
            case ConnectionProgress connection:
                json.WriteString("what", "connection");
                json.WriteNumber("connection", connection.Connection);
                break;
            default:
                throw new NotSupportedException();
        }
    });

    private static ReadOnlySpan<byte> WriteAny(Outcome outcome) => Write(outcome, static (json, outcome) =>
    {
        switch (outcome)
        {
            case ExecOutcome exec:
                Write(json, exec);
                break;
            case TransferOutcome transfer:
                json.WriteString("result", "transfer");
                json.WriteNumber("entries", transfer.Entries);
                json.WriteNumber("bytes", transfer.Bytes);
                json.WriteNumber("skipped", transfer.Skipped);
                break;
            case ClosedOutcome:
                json.WriteString("result", "closed");
                break;
            case FrozenOutcome:
                json.WriteString("result", "frozen");
                break;
            case FailedOutcome failed:
                json.WriteString("result", "failed");
                json.WriteString("code", MessageNames.Of(failed.Code));
                WriteText(json, "message", failed.Message);
                WriteText(json, "path", failed.Path);
                break;
            default:
                throw new NotSupportedException();
        }
    });

    private static void Write(Utf8JsonWriter json, ExecOutcome outcome)
    {
        json.WriteString("result", "exec");
        json.WriteString("kind", MessageNames.Of(outcome.Kind));
        WriteNumber(json, "exitCode", outcome.ExitCode);
        WriteNumber(json, "signal", outcome.Signal);
        if (outcome.StartFailure is { } failure)
        {
            json.WriteString("startFailure", MessageNames.Of(failure));
        }

        WriteText(json, "message", outcome.Message);
        json.WriteNumber("durationMs", outcome.DurationMs);
    }

    private static ReadOnlySpan<byte> Write<T>(T message, Action<Utf8JsonWriter, T> properties)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        properties(json, message);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan;
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, Shorten(value));
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static string Shorten(string text) =>
        text.Length <= MaxTextCharacters ? text : $"{text.AsSpan(0, MaxTextCharacters)}...";
}
