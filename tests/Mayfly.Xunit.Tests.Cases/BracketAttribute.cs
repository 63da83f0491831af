using System.Reflection;
using Xunit.Sdk;

namespace Mayfly.Xunit.Tests.Cases;

/// <summary>Runs code before and after a test.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BracketAttribute : BeforeAfterTestAttribute
{
    public static bool IsOpen { get; private set; }

    public override void Before(MethodInfo methodUnderTest) => IsOpen = true;

    public override void After(MethodInfo methodUnderTest) => IsOpen = false;
}
