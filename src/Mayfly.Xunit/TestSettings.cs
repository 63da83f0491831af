namespace Mayfly.Xunit;

/// <summary>What the environment says about tests.</summary>
internal static class TestSettings
{
    private static readonly AsyncLocal<Func<string, string?>?> Replacement = new();

    /// <summary>Reads a variable.</summary>
    public static Func<string, string?> Read => Replacement.Value ?? Environment.GetEnvironmentVariable;

    /// <summary>Whether a test that can't have a sandbox fails. Any value but empty, 0 and false means yes.</summary>
    public static bool RequiresSandboxes => Read("MAYFLY_REQUIRE")?.Trim().ToUpperInvariant() is not (null or "" or "0" or "FALSE");

    /// <summary>Gives this flow of control an environment of its own.</summary>
    public static void Replace(Func<string, string?> read) => Replacement.Value = read;

    /// <summary>What is said of a test that is skipped because it can't have a sandbox.</summary>
    public static string SkipReasonOf(string reason) => $"No sandbox can be had on this host: {reason} (MAYFLY_REQUIRE=1 makes this a failure.)";
}
