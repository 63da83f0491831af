using System.Reflection;
using Xunit.v3;

namespace Mayfly.Xunit.V3.Tests.Cases;

/// <summary>Says so before and after a test.</summary>
public sealed class BracketAttribute : BeforeAfterTestAttribute
{
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Say("before");

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Say("after");

    private static void Say(string word)
    {
        Made.Count<BracketAttribute>();
        TestContext.Current.TestOutputHelper!.WriteLine(word);
    }
}
