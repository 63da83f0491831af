using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>Tells the build what went wrong, and where it is written what was to be done.</summary>
/// <param name="log">The task's log.</param>
/// <param name="engine">Knows where the task stands.</param>
/// <param name="file">Where errors are shown to come from; null for the task itself.</param>
/// <param name="subject">What it is that failed, such as <c>the step 'a'</c>; null where the error's place tells.</param>
internal sealed class FailureLog(TaskLoggingHelper log, IBuildEngine engine, string? file, string? subject = null)
{
    /// <summary>Tells of an exception of Mayfly's.</summary>
    public void Add(MayflyException exception) => Add(exception.Code, exception.Message);

    /// <summary>Messages hold text of the guest's, and lead with their code, which MSBuild shows itself.</summary>
    public void Add(string code, string message)
    {
        var text = message.StartsWith($"{code}: ", StringComparison.Ordinal) ? message[(code.Length + 2)..] : message;
        Log(code, subject is null ? text : $"{subject}: {text}");
    }

    /// <summary>Tells how the command ended.</summary>
    /// <param name="code">The error's.</param>
    /// <param name="end">The rest of a sentence, such as <c>exited with code 3</c>.</param>
    public void AddEnd(string code, string end) => Log(code, $"{subject ?? "the command"} {end}");

    private void Log(string code, string text) =>
        log.LogError(
            subcategory: null,
            code,
            helpKeyword: null,
            file ?? engine.ProjectFileOfTaskNode,
            file is null ? engine.LineNumberOfTaskNode : 0,
            file is null ? engine.ColumnNumberOfTaskNode : 0,
            0,
            0,
            GuestText.NeutraliseLines(text));
}
