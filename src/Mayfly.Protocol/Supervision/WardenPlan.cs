using System.Globalization;
using System.Text;

namespace Mayfly.Protocol.Supervision;

/// <summary>
/// What a warden is to make and to start: one line per resource, in the order of making, and a last one for the program.
/// </summary>
public sealed record WardenPlan
{
    private const string ProgramKind = "program";
    private const string ArgumentPrefix = "argument";

    /// <summary>The most resources that one sandbox can have.</summary>
    public const int MaxResources = 64;

    /// <summary>What is made before the program starts, in this order.</summary>
    public IReadOnlyList<ResourceHandle> Resources { get; init; } = [];

    /// <summary>The program and its arguments.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Gives the program a network of its own with nothing in it, where the warden may do so.</summary>
    public bool IsolateNetwork { get; init; }

    /// <summary>How long the sandbox may live from the program's start; null for as long as its owner.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Writes it, its last line being the program's.</summary>
    public byte[] Write()
    {
        var text = new MemoryStream();
        foreach (var resource in Resources)
        {
            text.Write(FlatJson.Write([new("kind", resource.Kind), .. resource.Facts]));
        }

        var program = new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = ProgramKind };
        if (Lifetime is { } lifetime)
        {
            program["lifetime_ms"] = ((long)lifetime.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (IsolateNetwork)
        {
            program["isolate_network"] = "true";
        }

        for (var index = 0; index < Program.Count; index++)
        {
            program[ArgumentName(index)] = Program[index];
        }

        text.Write(FlatJson.Write(program));
        return text.ToArray();
    }

    /// <summary>
    /// Takes the next line of a plan. Lines that make no sense mean that the owner is not of this version.
    /// </summary>
    /// <param name="line">One line.</param>
    /// <param name="resources">The resources of the lines so far; a resource's line adds to it.</param>
    /// <returns>The whole plan with the program's line, null before it.</returns>
    /// <exception cref="ProtocolException">It is no line of a plan, or one too many.</exception>
    public static WardenPlan? Take(ReadOnlySpan<byte> line, IList<ResourceHandle> resources)
    {
        var properties = FlatJson.TryRead(line);
        if (properties is null || !properties.TryGetValue("kind", out var kind))
        {
            throw new ProtocolException($"a plan's line that makes no sense: {Encoding.UTF8.GetString(line[..Math.Min(line.Length, 200)])}");
        }

        if (kind == ProgramKind)
        {
            return new WardenPlan
            {
                Resources = [.. resources],
                Program = Arguments(properties),
                IsolateNetwork = properties.GetValueOrDefault("isolate_network") == "true",
                Lifetime = TakeLifetime(properties),
            };
        }

        if (resources.Count == MaxResources)
        {
            throw new ProtocolException($"a plan with more than {MaxResources} resources");
        }

        var facts = new Dictionary<string, string>(properties, StringComparer.Ordinal);
        facts.Remove("kind");
        resources.Add(new ResourceHandle(kind, facts));
        return null;
    }

    private static string ArgumentName(int index) => string.Create(CultureInfo.InvariantCulture, $"{ArgumentPrefix}{index}");

    private static List<string> Arguments(IReadOnlyDictionary<string, string> properties)
    {
        var arguments = new List<string>();
        while (properties.TryGetValue(ArgumentName(arguments.Count), out var argument))
        {
            arguments.Add(argument);
        }

        return arguments.Count > 0 ? arguments : throw new ProtocolException("a plan without a program");
    }

    private static TimeSpan? TakeLifetime(IReadOnlyDictionary<string, string> properties)
    {
        if (!properties.TryGetValue("lifetime_ms", out var text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= TimeSpan.MaxValue.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new ProtocolException($"a plan with the lifetime '{text}'");
    }
}
