using System.Globalization;
using Mayfly.MSBuild.Machines;
using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <summary>Exec, in a disposable microVM of its own. The table of what is the same and what differs is in the README.</summary>
[MSBuildMultiThreadableTask]
public sealed class SandboxExec : SandboxTask
{
    /// <summary>By its place in the project file: a task knows no target.</summary>
    internal override string LogName => BuildEngine is { } engine
        ? string.Create(CultureInfo.InvariantCulture, $"{SafeName(Path.GetFileName(engine.ProjectFileOfTaskNode))}-{engine.LineNumberOfTaskNode}-{engine.ColumnNumberOfTaskNode}")
        : nameof(SandboxExec);

    private protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var plan = CommandPlan.Of(this, Layout());
        Recover(plan);
        var name = $"SandboxExec in line {BuildEngine.LineNumberOfTaskNode} of {Path.GetFileName(BuildEngine.ProjectFileOfTaskNode)}";
        using var turn = await EnterSessionAsync(name, plan, cancellationToken).ConfigureAwait(false);

        // What always runs makes every step after it in the session run too, so that any key does.
        var outcome = turn is null
            ? await PerformAsync(plan, new FreshMachine(), subject: null, publishes: true, cancellationToken).ConfigureAwait(false)
            : await PerformAsync(turn, name, plan, plan.Command, cancellationToken).ConfigureAwait(false);
        Report([outcome]);
        return outcome.Published is not null;
    }

    private static string SafeName(string name) =>
        string.Concat(name.Take(100).Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' ? character : '_'));
}
