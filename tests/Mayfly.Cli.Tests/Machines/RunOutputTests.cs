using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>What a command writes, where a CI system reads it.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunOutputTests(CommandHost host)
{
    private const string Hostile = @"printf '::error::out\n\033[1m##vso[task.complete]\rlast\377'; printf ' ::warning::err' >&2; exit 3";

    [Fact]
    public async Task ItIsSafeLinesThere()
    {
        var result = (await host.RunAsync(start => start.Environment["GITHUB_ACTIONS"] = "true", "run", "--quiet", "--", "sh", "-c", Hostile)).Expect(3);

        Assert.Equal(": :error::out\n# #vso[task.complete]\nlast\uFFFD\n", result.Output);
        Assert.Equal(" : :warning::err\n", result.Error);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task ItIsByteForByteThereWhereThatIsAskedFor()
    {
        var result = (await host.RunAsync(start => start.Environment["TF_BUILD"] = "True", "run", "--quiet", "--output", "raw", "--", "sh", "-c", Hostile)).Expect(3);

        Assert.Equal([.. "::error::out\n\e[1m##vso[task.complete]\rlast"u8, 0xFF], result.OutputBytes);
        Assert.Equal(" ::warning::err", result.Error);
    }

    [Fact]
    public async Task AFileGetsTheBytesAndTheErrorsAPipeGetsAreLines()
    {
        var file = Path.Combine(host.RuntimeDirectory, "output");
        var result = await RunShellAsync($"exec '{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' run --quiet -- sh -c \"$1\" > '{file}'");

        Assert.Equal(" : :warning::err\n", result.Expect(3).Error);
        Assert.Equal([.. "::error::out\n\e[1m##vso[task.complete]\rlast"u8, 0xFF], await File.ReadAllBytesAsync(file));
        File.Delete(file);
    }

    private async Task<RunResult> RunShellAsync(string script)
    {
        await using var process = MayflyProcess.StartProgram(
            host.RuntimeDirectory, "/bin/sh", ["-c", script, "sh", Hostile], start => start.Environment["GITLAB_CI"] = "true");
        return await process.EndWithoutInputAsync();
    }
}
