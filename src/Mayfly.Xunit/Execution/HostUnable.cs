using System.Reflection;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>Tells tests that could not have a sandbox from tests that failed.</summary>
internal static class HostUnable
{
    /// <summary>Why the host can't run sandboxes, where that and nothing else is what the failure is made of.</summary>
    public static string? ReasonOf(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: var all } => all.All(each => ReasonOf(each) is not null) ? ReasonOf(all[0]) : null,
        TestClassException { InnerException: { } inner } => ReasonOf(inner),
        TargetInvocationException { InnerException: { } inner } => ReasonOf(inner),
        TypeInitializationException { InnerException: { } inner } => ReasonOf(inner),
        MayflyException { IsHostUnable: true } unable => unable.Message,
        _ => null,
    };
}
