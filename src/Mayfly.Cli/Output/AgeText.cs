namespace Mayfly.Cli.Output;

/// <summary>How long ago something was, in the two largest units.</summary>
internal static class AgeText
{
    /// <summary>Such as <c>3m20s</c>; what lies in the future is no time ago.</summary>
    public static string Of(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 1 } => $"{age.Seconds}s",
        { TotalHours: < 1 } => $"{age.Minutes}m{age.Seconds}s",
        { TotalDays: < 1 } => $"{age.Hours}h{age.Minutes}m",
        _ => $"{(int)age.TotalDays}d{age.Hours}h",
    };
}
