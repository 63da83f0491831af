namespace Mayfly.Cli.Output;

/// <summary>Knows a CI system by the variables that it sets.</summary>
internal static class CiSystem
{
    private static readonly string[] _variables = ["TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "CI"];

    /// <summary>Whether one of them is there, and is neither empty nor "false".</summary>
    /// <param name="variable">The environment.</param>
    public static bool IsPresent(Func<string, string?> variable) =>
        _variables.Any(name => variable(name) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase));
}
