using Mayfly.Networks;

namespace Mayfly.Tests.Agent;

/// <summary>A test that makes TAP devices, and bridges with the ip command.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TapFactAttribute : FactAttribute
{
    public TapFactAttribute()
    {
        try
        {
            TapHost.Own.Require(SandboxNetwork.Tap());
            Skip = File.Exists("/sbin/ip") || File.Exists("/bin/ip") ? null! : "the ip command is missing: apt-get install iproute2";
        }
        catch (SandboxConfigurationException exception)
        {
            Skip = exception.Message;
        }
    }
}
