using Mayfly.Native;

namespace Mayfly.Tests.Agent.Resources;

/// <summary>Makes loop devices and mounts on this host, which only root may.</summary>
public sealed class LoopFactAttribute : FactAttribute
{
    public LoopFactAttribute()
    {
        if (FileStatus.EffectiveUserId != 0)
        {
            Skip = "Only root may make loop devices and mounts.";
        }
        else if (!File.Exists("/dev/loop-control"))
        {
            Skip = "This host has no loop devices.";
        }
    }
}
