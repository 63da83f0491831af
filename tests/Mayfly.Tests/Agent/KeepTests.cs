namespace Mayfly.Tests.Agent;

/// <summary>The native keeper of directories. Needs the native agent, which build/setup makes.</summary>
public sealed class KeepTests : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("mft-").FullName;

    private string Kept => Path.Combine(_directory, "kept");

    [Fact]
    public async Task TheEndOfInputRemovesTheDirectoryAndNothingBesideIt()
    {
        Directory.CreateDirectory(Path.Combine(Kept, "a", "b"));
        File.WriteAllText(Path.Combine(Kept, "a", "file"), "x");
        File.WriteAllText(Path.Combine(_directory, "beside"), "x");
        Directory.CreateSymbolicLink(Path.Combine(Kept, "link"), _directory);
        using var keeper = AgentProcess.Start("keep", Kept);

        keeper.StandardInput.Close();

        await keeper.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(0, keeper.ExitCode);
        Assert.Equal("beside", Path.GetFileName(Assert.Single(Directory.EnumerateFileSystemEntries(_directory))));
    }

    [Fact]
    public async Task ADirectoryThatWasNeverMadeIsNoTrouble()
    {
        using var keeper = AgentProcess.Start("keep", Kept);

        keeper.StandardInput.Close();

        await keeper.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(0, keeper.ExitCode);
    }

    [Fact]
    public async Task AWriterThatEndsALittleLaterDoesNotSaveTheDirectory()
    {
        Directory.CreateDirectory(Kept);
        using var keeper = AgentProcess.Start("keep", Kept);
        using var writer = System.Diagnostics.Process.Start("timeout", ["0.5", "sh", "-c", $"while :; do mkdir -p {Kept}/a && : > {Kept}/a/$$; done"]);
        while (!Directory.Exists(Path.Combine(Kept, "a")))
        {
            await Task.Yield();
        }

        keeper.StandardInput.Close();
        await writer.WaitForExitAsync().WaitAsync(_deadline);
        await keeper.WaitForExitAsync().WaitAsync(_deadline);

        // Where a writer made it anew after it was gone, the keeper has done its part.
        Assert.Equal(0, keeper.ExitCode);
    }

    [Fact]
    public async Task APoliteSignalDoesNotEndIt()
    {
        Directory.CreateDirectory(Kept);
        using var keeper = AgentProcess.Start("keep", Kept);
        await WaitUntilTermIsIgnoredAsync(keeper.Id);

        using var kill = System.Diagnostics.Process.Start("kill", ["-s", "TERM", $"{keeper.Id}"]);
        await kill.WaitForExitAsync();
        keeper.StandardInput.Close();

        await keeper.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(0, keeper.ExitCode);
        Assert.False(Directory.Exists(Kept));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task WaitUntilTermIsIgnoredAsync(int process)
    {
        const ulong term = 1UL << (15 - 1);
        const string field = "SigIgn:";
        while ((ulong.Parse(
            File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal))[field.Length..].Trim(),
            System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture) & term) == 0)
        {
            await Task.Yield();
        }
    }
}
