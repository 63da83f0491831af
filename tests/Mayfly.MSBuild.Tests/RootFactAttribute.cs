namespace Mayfly.MSBuild.Tests;

/// <summary>A fact about kernel objects that only root can make; skipped for other users. CI is root.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "only root can make this kernel object, and this user is not root";
        }
    }
}
