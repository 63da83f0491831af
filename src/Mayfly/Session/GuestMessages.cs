using Mayfly.Protocol;
using WireEndKind = Mayfly.Protocol.ExecEndKind;

namespace Mayfly.Session;

/// <summary>
/// Reads the guest's JSON and checks what the serializer does not: ranges, enumerations given as numbers, and
/// properties that are null although their type says otherwise. Text is cut and freed of control characters.
/// </summary>
internal static class GuestMessages
{
    private const int MaxTextChars = 1000;
    private const int MaxWarnings = 32;
    private const int MaxSignal = 64;

    public static Hello ReadHello(ReadOnlySpan<byte> json)
    {
        var hello = ProtocolJson.Decode(json, ProtocolJson.Default.Hello);
        return hello with
        {
            Software = Clean(hello.Software),
            KernelRelease = Clean(hello.KernelRelease),
            Architecture = Clean(hello.Architecture),
            HostName = Clean(hello.HostName),
            Failure = Clean(hello.Failure),
            UptimeMs = hello.UptimeMs is >= 0 ? hello.UptimeMs : null,
            Warnings = [.. (hello.Warnings ?? []).Take(MaxWarnings).Select(warning => Clean(warning) ?? "")],
        };
    }

    public static Progress ReadProgress(ReadOnlySpan<byte> json)
    {
        var progress = ProtocolJson.Decode(json, ProtocolJson.Default.Progress);
        return progress switch
        {
            StartedProgress { ProcessId: <= 0 } => throw new ProtocolException("a command that started without a process id"),
            ListeningProgress { Port: < 1 or > ushort.MaxValue } => throw new ProtocolException("a listener without a port"),
            ConnectionProgress { Connection: <= 0 } => throw new ProtocolException("a connection without a number"),
            _ => progress,
        };
    }

    public static Outcome ReadOutcome(ReadOnlySpan<byte> json) =>
        ProtocolJson.Decode(json, ProtocolJson.Default.Outcome) switch
        {
            ExecOutcome exec => Check(exec),
            TransferOutcome { Entries: >= 0, Bytes: >= 0, Skipped: >= 0 } transfer => transfer,
            FailedOutcome failed => failed with
            {
                Code = Enum.IsDefined(failed.Code) ? failed.Code : FailureCode.Other,
                Message = Clean(failed.Message) ?? "",
                Path = Clean(failed.Path),
            },
            ClosedOutcome closed => closed,
            FrozenOutcome frozen => frozen,
            _ => throw new ProtocolException("an outcome with impossible figures"),
        };

    /// <summary>Text from a guest made fit for a message: one bounded piece without control characters.</summary>
    public static string? Clean(string? text) => text switch
    {
        null => null,
        { Length: > MaxTextChars } => GuestText.NeutraliseLines(text[..MaxTextChars]) + "...",
        _ => GuestText.NeutraliseLines(text),
    };

    private static ExecOutcome Check(ExecOutcome outcome)
    {
        var possible = outcome.DurationMs >= 0 && outcome.Kind switch
        {
            WireEndKind.Exited => outcome.ExitCode is >= 0 and <= byte.MaxValue,
            WireEndKind.Signalled => outcome.Signal is >= 1 and <= MaxSignal,
            WireEndKind.TimedOut or WireEndKind.Cancelled or WireEndKind.OutOfMemory or WireEndKind.CouldNotStart => true,
            _ => false,
        };

        if (!possible)
        {
            throw new ProtocolException($"an impossible end of a command: {outcome.Kind}, code {outcome.ExitCode}, signal {outcome.Signal}");
        }

        return outcome with
        {
            ExitCode = outcome.Kind == WireEndKind.Exited ? outcome.ExitCode : null,
            Signal = outcome.Kind == WireEndKind.Signalled ? outcome.Signal : null,
            StartFailure = outcome.Kind == WireEndKind.CouldNotStart ? CheckStartFailure(outcome.StartFailure) : null,
            Message = Clean(outcome.Message),
        };
    }

    private static StartFailure CheckStartFailure(StartFailure? failure) =>
        failure is { } known && Enum.IsDefined(known) ? known : StartFailure.Other;
}
