using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>Refuses requests that make no sense before anything is opened for them.</summary>
internal static class ExecRequestCheck
{
    private const int MaxSignal = 64;

    /// <exception cref="ProtocolException">It makes no sense, and why.</exception>
    public static void Check(ExecRequest request)
    {
        Require(request.Argv is { Count: > 0 }, "the command is empty: argv needs at least the program");
        foreach (var argument in request.Argv)
        {
            Require(IsText(argument), "an argument of the command is null or contains a NUL character");
        }

        Require(request.Argv[0].Length > 0, "the program's name is empty");

        foreach (var (name, value) in request.Environment)
        {
            Require(
                name.Length > 0 && !name.Contains('=', StringComparison.Ordinal) && IsText(name) && IsText(value),
                $"the environment variable '{name}' has an invalid name, is null, or contains a NUL character");
        }

        if (request.WorkingDirectory is { } directory && !(directory.StartsWith('/') && IsText(directory)))
        {
            throw new ProtocolException($"the working directory '{directory}' is not an absolute path");
        }

        Require(request.TimeoutMs is null or > 0, "a timeout of", request.TimeoutMs, "ms is not positive");
        Require(request.GraceMs >= 0, "a grace period of", request.GraceMs, "ms is negative");
        Require(request.MemoryBytes is null or > 0, "a memory limit of", request.MemoryBytes, "bytes is not positive");
        Require(request.MaxProcesses is null or > 0, "a limit of", request.MaxProcesses, "processes is not positive");
        if (request.Terminal is { } size)
        {
            Check(size);
        }
    }

    /// <inheritdoc cref="Check(ExecRequest)"/>
    public static void Check(TerminalSize? size) => Require(
        size is { Columns: > 0 and <= ushort.MaxValue, Rows: > 0 and <= ushort.MaxValue },
        $"a terminal of {size?.Columns} columns and {size?.Rows} rows is not possible");

    /// <inheritdoc cref="Check(ExecRequest)"/>
    public static void CheckSignal(int signal) =>
        Require(signal is > 0 and <= MaxSignal, $"there is no signal {signal}");

    private static bool IsText(string? text) => text is not null && !text.Contains('\0', StringComparison.Ordinal);

    /// <summary>The text is put together only where it is said: every first command of a copy of a machine comes through here.</summary>
    private static void Require(bool condition, string what, long? value, string wrong)
    {
        if (!condition)
        {
            throw new ProtocolException($"{what} {value} {wrong}");
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ProtocolException(message);
        }
    }
}
