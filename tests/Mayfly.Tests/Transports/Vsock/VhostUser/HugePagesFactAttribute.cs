using System.ComponentModel;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

/// <summary>A test that needs a kernel with huge pages in memory files; they need not be reserved.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HugePagesFactAttribute : FactAttribute
{
    public HugePagesFactAttribute()
    {
        try
        {
            TestMemoryFile.Create(0, huge: true).Dispose();
        }
        catch (Win32Exception exception)
        {
            Skip = $"this kernel has no memory files of huge pages: {exception.Message}";
        }
    }
}
