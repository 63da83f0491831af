using System.Diagnostics;
using Mayfly.Xunit.Tests.Cases;

namespace Mayfly.Xunit.Tests;

/// <summary>A test host that is killed because it hangs, as <c>dotnet test --blame-hang-timeout</c> does.</summary>
[Trait("Category", "MicroVM")]
public sealed class BlameTests : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mfh-");

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task AKilledTestHostLeavesNoMachine()
    {
        var witness = Path.Combine(_scratch.FullName, "witness");
        using var run = Start(witness);
        var output = run.StandardOutput.ReadToEndAsync();
        var id = await ReadAsync(witness, run);
        Assert.NotEmpty(Remains.Processes(id));

        await run.WaitForExitAsync().WaitAsync(_patience);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("inactivity time", await output, StringComparison.Ordinal);
        var clock = Stopwatch.StartNew();
        while (Remains.Processes(id).Length > 0 && clock.Elapsed < _patience)
        {
            await Task.Delay(20);
        }

        Assert.Empty(Remains.Processes(id));
        Assert.Empty(Directory.EnumerateDirectories(_scratch.FullName, id, SearchOption.AllDirectories));
    }

    /// <summary>The cases have no runner of their own, so a copy of this assembly's surroundings is lent to them.</summary>
    private Process Start(string witness)
    {
        var bin = Directory.CreateDirectory(Path.Combine(_scratch.FullName, "bin"));
        var cases = typeof(HangCases).Assembly.GetName().Name!;
        var own = typeof(BlameTests).Assembly.GetName().Name!;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.CreateSymbolicLink(Path.Combine(bin.FullName, Path.GetFileName(file)), file);
        }

        foreach (var kind in (string[])["runtimeconfig", "deps"])
        {
            var lent = Path.Combine(bin.FullName, $"{cases}.{kind}.json");
            File.Delete(lent);
            File.Copy(Path.Combine(AppContext.BaseDirectory, $"{own}.{kind}.json"), lent);
        }

        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", $"{cases}.dll", $"--TestCaseFilter:FullyQualifiedName~{nameof(HangCases)}", "--Blame:CollectHangDump;TestTimeout=30s;HangDumpType=none"])
        {
            WorkingDirectory = bin.FullName,
            RedirectStandardOutput = true,
        };
        start.Environment[HangCases.WitnessVariable] = witness;
        start.Environment["MAYFLY_REQUIRE"] = "1";

        // Short, for sockets below it.
        start.Environment["XDG_RUNTIME_DIR"] = _scratch.FullName;
        return Process.Start(start)!;
    }

    private static async Task<string> ReadAsync(string file, Process run)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(file))
        {
            Assert.False(run.HasExited, "the run ended before its test had a machine");
            Assert.True(clock.Elapsed < _patience, "the test has no machine");
            await Task.Delay(20);
        }

        return await File.ReadAllTextAsync(file);
    }
}
