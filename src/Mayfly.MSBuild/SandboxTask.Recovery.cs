using Mayfly.Diagnostics;
using Mayfly.MSBuild.Outputs;
using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild;

/// <content>What a killed build has left behind.</content>
public abstract partial class SandboxTask
{
    /// <summary>Puts back what it had begun to replace, and tells what only another build can put back.</summary>
    /// <exception cref="SandboxConfigurationException">MAY3014: the folder or an output can't be written.</exception>
    private protected void Recover(CommandPlan plan)
    {
        foreach (var left in StagingArea.Recover(plan.StagingDirectory, plan.Roots))
        {
            Log.LogWarning(null, ErrorCode.HostWriteFailed, null, ErrorFile, 0, 0, 0, 0, left);
        }
    }
}
