using System.Globalization;

namespace Mayfly.Protocol.Supervision;

/// <summary>One line of <see cref="ResourceNames.HandlesFile"/>.</summary>
/// <param name="Number">The resource's number within its sandbox, in the order of making, from 1.</param>
/// <param name="State">How far it has got.</param>
/// <param name="Handle">The resource; with no facts where it is gone.</param>
public sealed record HandleLine(int Number, HandleState State, ResourceHandle Handle)
{
    /// <summary>Writes it as one line.</summary>
    public byte[] Write() => FlatJson.Write(
    [
        new("number", Number.ToString(CultureInfo.InvariantCulture)),
        new("state", NameOf(State)),
        new("kind", Handle.Kind),
        .. Handle.Facts,
    ]);

    /// <summary>Reads a line's properties; null where they are not those of one.</summary>
    public static HandleLine? TryRead(IReadOnlyDictionary<string, string>? properties)
    {
        if (properties is null
            || !int.TryParse(properties.GetValueOrDefault("number"), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || StateOf(properties.GetValueOrDefault("state")) is not { } state
            || !properties.TryGetValue("kind", out var kind))
        {
            return null;
        }

        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in properties)
        {
            if (name is not ("number" or "state" or "kind"))
            {
                facts[name] = value;
            }
        }

        return new HandleLine(number, state, new ResourceHandle(kind, facts));
    }

    /// <summary>
    /// What exists or may exist by a file's content, in the order of making. Lines that can't be read tell nothing: the
    /// resource they were about to announce had not been made when they were being written.
    /// </summary>
    public static IReadOnlyList<HandleLine> ReadLiving(ReadOnlySpan<byte> text)
    {
        var living = new SortedDictionary<int, HandleLine>();
        foreach (var properties in FlatJson.TryReadLines(text))
        {
            if (TryRead(properties) is not { } line)
            {
                continue;
            }

            if (line.State == HandleState.Gone)
            {
                living.Remove(line.Number);
            }
            else
            {
                living[line.Number] = line;
            }
        }

        return [.. living.Values];
    }

    private static string NameOf(HandleState state) => state switch
    {
        HandleState.Making => "making",
        HandleState.Made => "made",
        HandleState.Gone => "gone",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    private static HandleState? StateOf(string? name) => name switch
    {
        "making" => HandleState.Making,
        "made" => HandleState.Made,
        "gone" => HandleState.Gone,
        _ => null,
    };
}
