using System.Text.RegularExpressions;
using Mayfly.Diagnostics;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>
/// Turns the lines of a command into build events, and keeps the last ones for the error text and, where wanted, all of
/// them for the build. Both outputs may write at once. How much is logged is bounded, whatever the guest writes.
/// </summary>
/// <param name="log">The task's log.</param>
/// <param name="format">What becomes of which line.</param>
/// <param name="maxChars">Characters that are logged before the rest is dropped.</param>
internal sealed class OutputLog(TaskLoggingHelper log, OutputFormat format, long maxChars = OutputLog.DefaultMaxChars)
{
    private const long DefaultMaxChars = 16 * 1024 * 1024;
    private const int TailLines = 20;
    private const int MaxTailLineChars = 400;

    private readonly Lock _gate = new();
    private readonly Queue<string> _tail = new();
    private readonly List<string> _collected = [];
    private readonly CanonicalReader _canonical = new();
    private long _logged;

    /// <summary>The lines for the build, without empty ones, as Exec gives them.</summary>
    public IReadOnlyList<string> Collected => _collected;

    /// <summary>Whether a line was logged as an error.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Takes a line as it came from the guest.</summary>
    public void Add(OutputStream stream, string line)
    {
        var clean = GuestText.Neutralise(line);
        lock (_gate)
        {
            Remember(clean);
            if (!TakeFromBudget(clean.Length))
            {
                return;
            }

            // As Exec does it: what is an error because of its stream alone is not collected.
            if (format.Collect && !IsErrorByStream(stream) && clean.TrimEnd() is { Length: > 0 } trimmed)
            {
                _collected.Add(trimmed);
            }

            HasErrors |= Emit(stream, clean);
        }
    }

    /// <summary>The message with the last lines of output below it.</summary>
    public string AppendTail(string message)
    {
        lock (_gate)
        {
            return _tail.Count == 0 ? message : $"{message}\nIts output ended with:\n  {string.Join("\n  ", _tail)}";
        }
    }

    /// <summary>Whether one of the last lines holds a text.</summary>
    public bool TailHolds(string text)
    {
        lock (_gate)
        {
            return _tail.Any(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    private bool Emit(OutputStream stream, string line)
    {
        if (IsErrorByStream(stream) || Matches(format.CustomError, line))
        {
            log.LogError(line);
            return true;
        }

        if (Matches(format.CustomWarning, line))
        {
            log.LogWarning(line);
            return false;
        }

        switch (format.IgnoreStandardFormat ? null : _canonical.Read(line))
        {
            case BuildErrorEventArgs error:
                log.LogError(error.Subcategory, error.Code, null, FileOf(error.File, error.LineNumber), error.LineNumber, error.ColumnNumber, error.EndLineNumber, error.EndColumnNumber, error.Message);
                return true;
            case BuildWarningEventArgs warning:
                log.LogWarning(warning.Subcategory, warning.Code, null, FileOf(warning.File, warning.LineNumber), warning.LineNumber, warning.ColumnNumber, warning.EndLineNumber, warning.EndColumnNumber, warning.Message);
                return false;
            default:
                log.LogMessage(stream == OutputStream.Error ? format.ErrorImportance : format.OutputImportance, line);
                return false;
        }
    }

    private bool IsErrorByStream(OutputStream stream) => stream == OutputStream.Error && format.StandardErrorIsError;

    /// <summary>Without a line, a plain name is that of a tool. Parts of a line are made safe once more, because they come to stand elsewhere.</summary>
    private string FileOf(string origin, int line) =>
        GuestText.Neutralise(
            format.Paths is { } paths && origin != CanonicalReader.NoOrigin && (line > 0 || origin.Contains('/', StringComparison.Ordinal)) ? paths.Map(origin) : origin);

    /// <summary>A pattern that takes too long over a line of the guest's choosing does not match it.</summary>
    private static bool Matches(Regex? pattern, string line)
    {
        try
        {
            return pattern?.IsMatch(line) == true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private void Remember(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        _tail.Enqueue(line.Length <= MaxTailLineChars ? line : line[..MaxTailLineChars] + "...");
        if (_tail.Count > TailLines)
        {
            _tail.Dequeue();
        }
    }

    private bool TakeFromBudget(int chars)
    {
        // An empty line costs memory and log space too.
        var before = _logged;
        _logged += Math.Max(chars, 1);
        if (before <= maxChars && _logged > maxChars)
        {
            log.LogWarning(
                subcategory: null, ErrorCode.TaskOutputCut, helpKeyword: null, file: null, 0, 0, 0, 0,
                $"the command wrote more than {maxChars} characters; the rest of its output is not logged.");
        }

        return _logged <= maxChars;
    }
}
