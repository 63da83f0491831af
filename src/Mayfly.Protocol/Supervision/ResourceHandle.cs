namespace Mayfly.Protocol.Supervision;

/// <summary>
/// One kernel resource of a sandbox: its kind, and the facts it is made from and found again by. Which facts a kind has is
/// said where the kind is made.
/// </summary>
/// <param name="Kind">One of <see cref="ResourceKind"/>.</param>
/// <param name="Facts">By name; none of them is called <c>kind</c>, <c>number</c> or <c>state</c>.</param>
public sealed record ResourceHandle(string Kind, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>A fact; null where the handle has none of that name.</summary>
    public string? this[string fact] => Facts.GetValueOrDefault(fact);

    /// <summary>A handle of some facts; those that are null are left out.</summary>
    public static ResourceHandle Of(string kind, params ReadOnlySpan<(string Name, string? Value)> facts)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in facts)
        {
            if (value is not null)
            {
                given[name] = value;
            }
        }

        return new ResourceHandle(kind, given);
    }

    /// <summary>The same with more facts.</summary>
    public ResourceHandle With(IEnumerable<KeyValuePair<string, string>> facts)
    {
        var all = new Dictionary<string, string>(Facts, StringComparer.Ordinal);
        foreach (var (name, value) in facts)
        {
            all[name] = value;
        }

        return new ResourceHandle(Kind, all);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Facts.TryGetValue("name", out var name) || Facts.TryGetValue("path", out name) || Facts.TryGetValue("pid", out name)
            ? $"{Kind} {name}"
            : Kind;
}
