using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <content>What is run, and what becomes of what it says; as with Exec.</content>
public abstract partial class SandboxTask
{
    /// <summary>A shell script, of one line or several, run by <c>/bin/sh -c</c> in the guest.</summary>
    public string Command { get; set; } = "";

    /// <summary>Milliseconds or a time span such as <c>00:01:00</c>. Default: no limit.</summary>
    public string? Timeout { get; set; }

    /// <summary><c>NAME=value</c> entries. Nothing of the host's environment is passed on.</summary>
    public string[] EnvironmentVariables { get; set; } = [];

    /// <summary>Whether a command that exits with another code than zero has succeeded all the same.</summary>
    public bool IgnoreExitCode { get; set; }

    /// <summary>Importance of ordinary lines on standard output. Default High.</summary>
    public string? StandardOutputImportance { get; set; }

    /// <summary>Importance of ordinary lines on standard error. Default High.</summary>
    public string? StandardErrorImportance { get; set; }

    /// <summary>Whether lines in the shape of errors and warnings stay messages.</summary>
    public bool IgnoreStandardErrorWarningFormat { get; set; }

    /// <summary>Lines that are errors, whatever their shape.</summary>
    public string? CustomErrorRegularExpression { get; set; }

    /// <summary>Lines that are warnings, whatever their shape.</summary>
    public string? CustomWarningRegularExpression { get; set; }

    /// <summary>Whether every line on standard error is an error.</summary>
    public bool LogStandardErrorAsError { get; set; }

    /// <summary>Whether the command itself stays out of the log.</summary>
    public bool EchoOff { get; set; }

    /// <summary>Whether <see cref="ConsoleOutput"/> is filled.</summary>
    public bool ConsoleToMSBuild { get; set; }

    /// <summary>The exit code; empty where the command did not run or did not exit, never a made-up number.</summary>
    [Output]
    public string ExitCode { get; set; } = "";

    /// <summary>
    /// The lines of both outputs, where <see cref="ConsoleToMSBuild"/> is set; without blank ones, and without white space at their ends.
    /// Lines that <see cref="LogStandardErrorAsError"/> makes errors are not among them.
    /// </summary>
    [Output]
    public ITaskItem[] ConsoleOutput { get; set; } = [];

    /// <summary>How standard output is encoded: a name such as <c>iso-8859-1</c> or <c>windows-1252</c>. Default UTF-8.</summary>
    public string? StdOutEncoding { get; set; }

    /// <summary>How standard error is encoded. Default UTF-8.</summary>
    public string? StdErrEncoding { get; set; }
}
