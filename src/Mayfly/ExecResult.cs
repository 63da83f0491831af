using System.Globalization;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly;

/// <summary>What became of a command: its end, its output and its duration.</summary>
public sealed class ExecResult
{
    private readonly CapturedOutput _output;
    private readonly CapturedOutput _error;
    private readonly Func<string> _consoleTail;

    internal ExecResult(string command, ExecEnd end, CapturedOutput output, CapturedOutput error, TimeSpan duration, Func<string> consoleTail)
    {
        Command = command;
        End = end;
        Duration = duration;
        _output = output;
        _error = error;
        _consoleTail = consoleTail;
    }

    /// <summary>The command line, quoted for reading.</summary>
    public string Command { get; }

    /// <summary>How it ended.</summary>
    public ExecEnd End { get; }

    /// <summary>The exit code where it returned one; otherwise null, never a made-up number.</summary>
    public int? ExitCode => End.ExitCode;

    /// <summary>The stable code of an end without success, such as <c>MAY3002</c>; null where the command returned zero.</summary>
    public string? Code => End.IsSuccess ? null : CodeOf(End.Kind);

    /// <summary>From the request to the end, as the host saw it.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Standard output as UTF-8 text; invalid bytes become replacement characters. Untrusted.</summary>
    public string StandardOutput => Encoding.UTF8.GetString(_output.Bytes.Span);

    /// <summary>Standard error as UTF-8 text; invalid bytes become replacement characters. Untrusted.</summary>
    public string StandardError => Encoding.UTF8.GetString(_error.Bytes.Span);

    /// <summary>What was kept of standard output.</summary>
    public ReadOnlyMemory<byte> StandardOutputBytes => _output.Bytes;

    /// <summary>What was kept of standard error.</summary>
    public ReadOnlyMemory<byte> StandardErrorBytes => _error.Bytes;

    /// <summary>Everything the command wrote to standard output, kept or not.</summary>
    public ByteSize StandardOutputSize => new(_output.TotalBytes);

    /// <summary>Everything the command wrote to standard error, kept or not.</summary>
    public ByteSize StandardErrorSize => new(_error.TotalBytes);

    /// <summary>Whether <see cref="ExecOptions.MaxCapturedOutput"/> cut what was kept of either output.</summary>
    public bool IsTruncated => _output.IsTruncated || _error.IsTruncated;

    /// <summary>Returns this result where the command returned zero.</summary>
    /// <exception cref="ExecException">It ended in any other way.</exception>
    public ExecResult EnsureSuccess() =>
        End.IsSuccess ? this : throw new ExecException(CodeOf(End.Kind), Describe(), this, _consoleTail());

    private static string CodeOf(ExecEndKind kind) => kind switch
    {
        ExecEndKind.Exited => ErrorCode.CommandFailed,
        ExecEndKind.Signalled => ErrorCode.CommandSignalled,
        ExecEndKind.TimedOut => ErrorCode.CommandTimedOut,
        ExecEndKind.Cancelled => ErrorCode.CommandCancelled,
        ExecEndKind.OutOfMemory => ErrorCode.CommandOutOfMemory,
        ExecEndKind.CouldNotStart => ErrorCode.CommandCouldNotStart,
        _ => ErrorCode.GuestDied,
    };

    private string Describe()
    {
        var remedy = End.Kind switch
        {
            ExecEndKind.TimedOut => " Raise ExecOptions.Timeout if it needs longer.",
            ExecEndKind.OutOfMemory => " Raise SandboxOptions.Memory, or ExecOptions.Memory where it was set.",
            ExecEndKind.CouldNotStart => " Check the program's name, the working directory and the user inside the guest.",
            _ => "",
        };
        var headline = string.Create(CultureInfo.InvariantCulture, $"the command {Command} {End} after {Duration.TotalSeconds:0.###} s.{remedy}");
        var withOutput = ConsoleText.Append(headline, StandardOutput, "Its output ended with");
        return ConsoleText.Append(withOutput, StandardError, "Its standard error ended with");
    }
}
