using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>Tells the build what went wrong, and where it is written what was to be done.</summary>
/// <param name="log">The task's log.</param>
/// <param name="engine">Knows where the task stands.</param>
/// <param name="file">Where errors are shown to come from; null for the task itself.</param>
/// <param name="subject">What it is that failed, where the task does several things; null where it does one.</param>
internal sealed class FailureLog(TaskLoggingHelper log, IBuildEngine engine, string? file, string? subject = null)
{
    /// <summary>Tells of an exception of Mayfly's.</summary>
    public void Add(MayflyException exception) => Add(exception.Code, exception.Message);

    /// <summary>Messages hold text of the guest's, and lead with their code, which MSBuild shows itself.</summary>
    public void Add(string code, string message)
    {
        var text = message.StartsWith($"{code}: ", StringComparison.Ordinal) ? message[(code.Length + 2)..] : message;
        log.LogError(
            subcategory: null,
            code,
            helpKeyword: null,
            file ?? engine.ProjectFileOfTaskNode,
            file is null ? engine.LineNumberOfTaskNode : 0,
            file is null ? engine.ColumnNumberOfTaskNode : 0,
            0,
            0,
            GuestText.NeutraliseLines(subject is null ? text : $"{subject}: {text}"));
    }
}
