namespace Mayfly.Cli.Options;

/// <summary><c>K=V</c> of --env; <c>K</c> alone passes the host's value on, and nothing where the host has none.</summary>
internal static class EnvironmentText
{
    /// <summary>Reads all of them; a later one wins over an earlier one.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public static IReadOnlyDictionary<string, string> Parse(IEnumerable<string> entries, Func<string, string?> hostValue)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? entry : entry[..equals];
            if (name.Length == 0)
            {
                throw UsageError.Value("--env", entry, "K=V, or K to pass the host's value on");
            }

            if ((equals < 0 ? hostValue(name) : entry[(equals + 1)..]) is { } value)
            {
                environment[name] = value;
            }
        }

        return environment;
    }
}
