using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>Tells once of each long activity, such as a download; a build log has no use for a bar.</summary>
internal sealed class BuildProgress(TaskLoggingHelper log) : IProgress<SandboxProgress>
{
    private readonly Lock _gate = new();
    private string _activity = "";

    public void Report(SandboxProgress value)
    {
        lock (_gate)
        {
            if (value.Activity != _activity)
            {
                _activity = value.Activity;
                log.LogMessage(MessageImportance.Normal, $"Mayfly: {CiText.Neutralise(value.Activity)}");
            }
        }
    }
}
