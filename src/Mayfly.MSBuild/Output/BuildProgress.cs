using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Mayfly.MSBuild.Output;

/// <summary>
/// Tells once of each activity, quietly; and once aloud of one that takes long, such as the first download of a kernel.
/// A build log has no use for a bar.
/// </summary>
internal sealed class BuildProgress(TaskLoggingHelper log, TimeProvider time) : IProgress<SandboxProgress>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private string _activity = "";
    private long _begun;
    private bool _aloud;

    public void Report(SandboxProgress value)
    {
        lock (_gate)
        {
            if (value.Activity != _activity)
            {
                _activity = value.Activity;
                _begun = time.GetTimestamp();
                _aloud = false;
                Tell(MessageImportance.Low, _activity);
            }
            else if (!_aloud && time.GetElapsedTime(_begun) >= Long)
            {
                _aloud = true;
                Tell(MessageImportance.High, $"still {_activity}");
            }
        }
    }

    private void Tell(MessageImportance importance, string what) => log.LogMessage(importance, $"Mayfly: {GuestText.Neutralise(what)}");
}
