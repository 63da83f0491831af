using System.Text.RegularExpressions;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Output;

/// <summary>How lines of output become build events; the same switches as Exec's.</summary>
internal sealed record OutputFormat
{
    /// <summary>Of ordinary lines on standard output.</summary>
    public MessageImportance OutputImportance { get; init; } = MessageImportance.High;

    /// <summary>Of ordinary lines on standard error.</summary>
    public MessageImportance ErrorImportance { get; init; } = MessageImportance.High;

    /// <summary>Whether lines in the shape of errors and warnings are ordinary ones.</summary>
    public bool IgnoreStandardFormat { get; init; }

    /// <summary>Whether every line on standard error is an error.</summary>
    public bool StandardErrorIsError { get; init; }

    /// <summary>Lines that are errors.</summary>
    public Regex? CustomError { get; init; }

    /// <summary>Lines that are warnings.</summary>
    public Regex? CustomWarning { get; init; }

    /// <summary>Where the files that errors and warnings name are on the host; null leaves them as they are written.</summary>
    public GuestPathMap? Paths { get; init; }

    /// <summary>Whether lines are collected for the build as well.</summary>
    public bool Collect { get; init; }
}
