using System.Reflection;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Tells tests that could not have a sandbox from tests that failed.</summary>
internal static class HostUnable
{
    /// <summary>What xUnit takes for a skip, where nothing else is wrong than that the host can't run sandboxes, and need not.</summary>
    public static Exception? SkipOf(Exception failure) => !TestSettings.RequiresSandboxes && ReasonOf(failure) is { } reason
        ? new InvalidOperationException(DynamicSkipToken.Value + TestSettings.SkipReasonOf(reason), failure)
        : null;

    private static string? ReasonOf(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: var all } => all.All(each => ReasonOf(each) is not null) ? ReasonOf(all[0]) : null,
        TargetInvocationException { InnerException: { } inner } => ReasonOf(inner),
        TypeInitializationException { InnerException: { } inner } => ReasonOf(inner),
        MayflyException { IsHostUnable: true } unable => unable.Message,
        _ => null,
    };
}
