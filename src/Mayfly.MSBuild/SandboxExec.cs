using Mayfly.MSBuild.Settings;
using Microsoft.Build.Framework;

namespace Mayfly.MSBuild;

/// <summary>Exec, in a disposable microVM of its own. The table of what is the same and what differs is in the README.</summary>
[MSBuildMultiThreadableTask]
public sealed class SandboxExec : SandboxTask
{
    private protected override async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var plan = CommandPlan.Of(this, Layout());
        return await PerformAsync(plan, cancellationToken).ConfigureAwait(false) is not null;
    }
}
