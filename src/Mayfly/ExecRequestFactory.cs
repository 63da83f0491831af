using Mayfly.Diagnostics;
using Mayfly.Protocol;

namespace Mayfly;

/// <summary>Checks a command and its options as a whole and turns them into the message the guest understands.</summary>
internal static class ExecRequestFactory
{
    /// <summary>Makes the request.</summary>
    /// <exception cref="SandboxConfigurationException">The command or an option makes no sense.</exception>
    public static ExecRequest Create(IReadOnlyList<string> argv, ExecOptions options, bool hasInput)
    {
        if (argv.Count == 0 || string.IsNullOrWhiteSpace(argv[0]))
        {
            throw new SandboxConfigurationException(
                ErrorCode.CommandEmpty, "the command is empty. Give a program and its arguments, such as [\"uname\", \"-r\"].");
        }

        RefuseNul(argv, "the command");
        RefuseNul(options.Environment.SelectMany(pair => new[] { pair.Key, pair.Value }), "the environment");
        foreach (var name in options.Environment.Keys)
        {
            Require(name.Length > 0 && !name.Contains('=', StringComparison.Ordinal), $"the environment variable name '{name}' is empty or holds '='");
        }

        var cwd = options.WorkingDirectory;
        Require(cwd is null || cwd.StartsWith('/'), $"the working directory '{cwd}' is not absolute in the guest; it must begin with '/'");
        Require(IsLimit(options.Timeout), $"the timeout {options.Timeout} is below one millisecond; use Timeout.InfiniteTimeSpan for none");
        Require(options.GracePeriod >= TimeSpan.Zero && options.GracePeriod <= TimeSpan.FromHours(1), $"the grace period {options.GracePeriod} is not between zero and one hour");
        Require(options.MaxCapturedOutput.Bytes >= 0 && options.MaxCapturedOutput <= ByteSize.GiB(1), $"MaxCapturedOutput {options.MaxCapturedOutput} is not between 0 and 1 GiB");
        Require(options.Memory is not { Bytes: < 4096 }, $"the command's memory limit {options.Memory} is below 4 KiB");
        Require(options.MaxProcesses is not < 1, $"the command's limit of {options.MaxProcesses} processes is below one");
        Require(
            options.Terminal is not { } size || (size.Columns is > 0 and <= ushort.MaxValue && size.Rows is > 0 and <= ushort.MaxValue),
            $"the terminal size {options.Terminal} is not between 1x1 and 65535x65535");

        return new ExecRequest
        {
            Argv = argv,
            WorkingDirectory = cwd,
            Environment = options.Environment,
            User = options.User,
            Input = hasInput,
            Terminal = options.Terminal is { } terminal ? new Protocol.TerminalSize(terminal.Columns, terminal.Rows) : null,
            TimeoutMs = options.Timeout == Timeout.InfiniteTimeSpan ? null : (long)Math.Ceiling(options.Timeout.TotalMilliseconds),
            GraceMs = (long)options.GracePeriod.TotalMilliseconds,
            MemoryBytes = options.Memory?.Bytes,
            MaxProcesses = options.MaxProcesses,
        };
    }

    private static bool IsLimit(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan || timeout >= TimeSpan.FromMilliseconds(1);

    private static void RefuseNul(IEnumerable<string> values, string what) =>
        Require(values.All(value => !value.Contains('\0', StringComparison.Ordinal)), $"{what} holds a NUL character, which Linux can't pass to a program");

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
