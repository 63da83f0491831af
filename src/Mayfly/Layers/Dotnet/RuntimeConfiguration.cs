using System.Text.Json;

namespace Mayfly.Layers.Dotnet;

/// <summary>The shared frameworks that a runtimeconfig.json names, an application's or a framework's own.</summary>
internal static class RuntimeConfiguration
{
    private const string Suffix = ".runtimeconfig.json";
    private const long MostBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions _options = new() { CommentHandling = JsonCommentHandling.Skip };

    /// <summary>Where the one of an application is: beside it, by its name without ".dll".</summary>
    public static string PathOf(string application) =>
        (Path.GetExtension(application) is ".dll" or ".exe" ? Path.ChangeExtension(application, null) : application) + Suffix;

    /// <summary>Reads the one of an application.</summary>
    /// <exception cref="InvalidDataException">There is none, or it can't be understood.</exception>
    public static IReadOnlyList<FrameworkReference> OfApplication(string application)
    {
        var path = PathOf(application);
        if (!File.Exists(path))
        {
            throw new InvalidDataException($"there is no {path}, which says what .NET it needs; give the main .dll of an application that was built (a library has none), where it was built or published");
        }

        var references = Read(path);
        return references.Count > 0
            ? references
            : throw new InvalidDataException($"{path} names no shared framework: the application brings its own .NET; build it framework-dependent (--self-contained false), or take its folder with the tools it needs");
    }

    /// <summary>Reads one; empty where it names no framework.</summary>
    /// <exception cref="InvalidDataException">It can't be understood.</exception>
    public static IReadOnlyList<FrameworkReference> Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                throw new InvalidDataException($"{path} has more than {MostBytes} bytes; build the application again");
            }

            using var file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file, _options);
            return document.RootElement.TryGetProperty("runtimeOptions", out var options) ? [.. Frameworks(options).Select(framework => Reference(framework, options))] : [];
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path} can't be understood ({exception.Message}); build the application again", exception);
        }
    }

    private static IEnumerable<JsonElement> Frameworks(JsonElement options) =>
        options.TryGetProperty("framework", out var framework) ? [framework]
        : options.TryGetProperty("frameworks", out var frameworks) ? frameworks.EnumerateArray()
        : [];

    private static FrameworkReference Reference(JsonElement framework, JsonElement options)
    {
        var name = Text(framework.GetProperty("name"));
        var version = Text(framework.GetProperty("version"));

        // It becomes a part of a path.
        return name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or ".."
            ? throw new FormatException($"'{name}' is no framework's name")
            : new FrameworkReference(
                name,
                FrameworkVersion.Parse(version) ?? throw new FormatException($"'{version}' is no version"),
                Policy(framework) ?? Policy(options) ?? RollForward.Minor);
    }

    private static RollForward? Policy(JsonElement element)
    {
        if (element.TryGetProperty("rollForward", out var word))
        {
            var text = Text(word);
            var index = Array.FindIndex(Enum.GetNames<RollForward>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            return index >= 0 ? (RollForward)index : throw new FormatException($"'{text}' is no rollForward");
        }

        // The word for it before .NET Core 3.0.
        return element.TryGetProperty("rollForwardOnNoCandidateFx", out var number)
            ? number.GetInt32() switch { 0 => RollForward.LatestPatch, 1 => RollForward.Minor, _ => RollForward.Major }
            : null;
    }

    private static string Text(JsonElement element) => element.GetString() ?? "";
}
