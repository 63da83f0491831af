using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Mayfly.Packages.Tests.Ci;

/// <summary>The recipes in samples/ci, and what of them is for a shell.</summary>
internal static partial class CiFiles
{
    // The keys whose values GitHub, GitLab and Azure give to a shell.
    private static readonly string[] s_shellKeys = ["run", "bash", "script"];

    /// <summary>The recipes that are YAML.</summary>
    public static IEnumerable<string> Recipes => ["github-actions.yml", "gitlab-ci.yml", "azure-pipelines.yml"];

    /// <summary>The path of one.</summary>
    public static string PathOf(string name) => Repository.PathOf("samples", "ci", name);

    /// <summary>A recipe, parsed.</summary>
    public static YamlMappingNode Parse(string name)
    {
        using var reader = new StreamReader(PathOf(name));
        var yaml = new YamlStream();
        yaml.Load(reader);
        return Assert.IsType<YamlMappingNode>(Assert.Single(yaml.Documents).RootNode);
    }

    /// <summary>What a shell gets of a file: all of a script, scripts of a recipe, blocks of a page.</summary>
    public static IReadOnlyList<string> ShellOf(string name) => Path.GetExtension(name) switch
    {
        ".yml" => [.. ShellOf(Parse(name))],
        ".md" => [.. ShellBlock().Matches(File.ReadAllText(PathOf(name))).Select(block => block.Groups[1].Value)],
        _ => [File.ReadAllText(PathOf(name))],
    };

    private static IEnumerable<string> ShellOf(YamlNode node) => node switch
    {
        YamlMappingNode mapping => mapping.Children.SelectMany(pair =>
            pair.Key is YamlScalarNode { Value: { } key } && s_shellKeys.Contains(key) ? [Script(pair.Value)] : ShellOf(pair.Value)),
        YamlSequenceNode sequence => sequence.Children.SelectMany(ShellOf),
        _ => [],
    };

    private static string Script(YamlNode node) => node switch
    {
        YamlSequenceNode lines => string.Join('\n', lines.Children.Select(Script)),
        _ => Assert.IsType<YamlScalarNode>(node).Value!,
    };

    [GeneratedRegex("^```sh\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShellBlock();
}
