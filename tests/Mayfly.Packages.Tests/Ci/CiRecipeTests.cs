using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Mayfly.Packages.Tests.Ci;

public sealed partial class CiRecipeTests
{
    private static readonly string[] s_all = [.. CiFiles.Recipes, "build.sh", "README.md"];

    public static TheoryData<string> Recipes => [.. CiFiles.Recipes];

    public static TheoryData<string> All => [.. s_all];

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ARecipeCallsTheScriptThatIsTested(string recipe) =>
        Assert.Contains(CiFiles.ShellOf(recipe), script => script.Contains("samples/ci/build.sh", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Recipes))]
    public void ARecipeKeepsTheCacheAndTheLogsThatTheScriptMakes(string recipe)
    {
        var text = File.ReadAllText(CiFiles.PathOf(recipe));

        Assert.Contains(".mayfly-cache", text, StringComparison.Ordinal);
        Assert.Contains("mayfly-logs", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task EveryScriptIsOneForBash(string file)
    {
        var scripts = CiFiles.ShellOf(file);
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            var (exitCode, output) = await RunAsync("bash", ["-n"], script);
            Assert.True(exitCode == 0, $"{file}: {output}\n{script}");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void EveryFileOfTheRepositoryThatIsNamedIsThere(string file)
    {
        foreach (Match path in RepositoryPath().Matches(File.ReadAllText(CiFiles.PathOf(file))))
        {
            Assert.True(Path.Exists(Repository.PathOf(path.Value)), $"{file} names {path.Value}");
        }
    }

    [Fact]
    public async Task EveryCommandAndOptionOfMayflyThatIsNamedExists()
    {
        var uses = s_all.SelectMany(file => MayflyUse().Matches(File.ReadAllText(CiFiles.PathOf(file)))).ToList();
        Assert.NotEmpty(uses);
        foreach (var command in uses.GroupBy(use => use.Groups["command"].Value.Trim()))
        {
            var program = Repository.PathOf("src", "Mayfly.Cli", "bin", "Release", "net10.0", "Mayfly.Cli.dll");
            var (exitCode, help) = await RunAsync("dotnet", [program, .. command.Key.Split(' '), "--help"], "");
            Assert.True(exitCode == 0, $"mayfly {command.Key}: {help}");
            Assert.Contains($"mayfly {command.Key}", help.Replace("Mayfly.Cli", "mayfly", StringComparison.Ordinal), StringComparison.Ordinal);
            foreach (var option in command.SelectMany(use => Option().Matches(use.Groups["rest"].Value)).Select(option => option.Value))
            {
                Assert.True(Regex.IsMatch(help, $@"{option}\b"), $"mayfly {command.Key} has no {option}:\n{help}");
            }
        }
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    [GeneratedRegex(@"\b(?:build|samples/ci)/[a-z][a-z.-]*[a-z]")]
    private static partial Regex RepositoryPath();

    // At a line's start or quoted, with the command's one or two words and the options up to the end of the command.
    [GeneratedRegex(@"(?:^\s*|`)mayfly (?<command>(?:cache (?:ls|prune)|[a-z]+))\b(?<rest>[^`|&;>\n]*)", RegexOptions.Multiline)]
    private static partial Regex MayflyUse();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Option();
}
