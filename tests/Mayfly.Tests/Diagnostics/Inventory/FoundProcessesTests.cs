using System.Diagnostics;
using System.Globalization;
using Mayfly.Diagnostics;
using Mayfly.Tests.Sandboxes;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>Processes are told by what they are, and mounts of theirs are found where only they see them.</summary>
public sealed class FoundProcessesTests : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mft-");
    private readonly string _agent;

    public FoundProcessesTests()
    {
        // It answers on standard output, so that it is known to run, and ends with its input.
        _agent = Path.Combine(_scratch.FullName, "mayfly-agent");

        // Copied by a process of its own: a copy that this one has open for writing could be inherited by what another test
        // starts at that moment, and a program that is open for writing can't be run.
        using var copy = Process.Start("cp", ["/bin/cat", _agent]);
        copy.WaitForExit();
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task AnAgentIsFoundUnderItsIdAndStartUntilItEnds()
    {
        using var process = await StartAsync(_agent, "-u");
        var started = process.StartTime.ToUniversalTime();

        var item = Assert.Single(SandboxInventory.Take().Items, item => Pid(item) == process.Id);
        await EndAsync(process);

        Assert.Matches("^agent, since [0-9]{4}-", item.Detail);
        var since = DateTime.Parse(item.Detail.Split(", ")[1]["since ".Length..], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
        Assert.InRange(started - since, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.EndsWith(", -u", item.Detail, StringComparison.Ordinal);
        Picture.MustNotShow(InventoryKind.Process, item.Name);
    }

    [Fact]
    public async Task AnAgentWhoseBinaryWasReplacedIsFound()
    {
        using var process = await StartAsync(_agent, "-u");
        File.Delete(_agent);

        Assert.Contains(SandboxInventory.Take().Items, item => Pid(item) == process.Id);
        await EndAsync(process);
    }

    [Fact]
    public async Task AZombieOfAnAgentIsFound()
    {
        using var input = new FileStream(await MakePipeAsync("input"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);

        // A shell may ask for its children's end after any of its commands. So the agent ends when its parent has become a
        // program that never asks.
        using var process = Start("/bin/sh", "-c", $"'{_agent}' < '{input.Name}' & echo $!; exec cat");
        var zombie = int.Parse((await process.StandardOutput.ReadLineAsync().WithPatience())!, CultureInfo.InvariantCulture);
        await AnswersAsync(process);
        await input.DisposeAsync();

        await Picture.EventuallyShowsAsync(
            item => Pid(item) == zombie && item.Detail.StartsWith("zombie of the agent", StringComparison.Ordinal),
            () => File.Exists($"/proc/{zombie}/stat") ? File.ReadAllText($"/proc/{zombie}/stat") : $"no process {zombie}, and its parent has {(process.HasExited ? "ended" : "not ended")}");
        await EndAsync(process);
    }

    [Theory]
    [InlineData('Z', 0)]
    [InlineData('R', 4)]
    public async Task AnAgentThatEndsWhileItIsLookedAtIsFound(char lastState, uint lastFlags)
    {
        var directory = Directory.CreateDirectory(Path.Combine(_scratch.FullName, "77")).FullName;
        await File.WriteAllTextAsync(Path.Combine(directory, "stat"), Stat('R', 0));
        var commandLine = await MakePipeAsync("77/cmdline");
        var finding = Task.Run(() => ProcessFinder.Find(new InventoryScope([], null), _scratch.FullName));

        // Opens when the reader does, which has read the first state by then; the process ends there and has no command line any more.
        await using (await Task.Run(() => new FileStream(commandLine, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).WithPatience())
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "stat"), Stat(lastState, lastFlags));
        }

        var process = Assert.Single(await finding.WithPatience());
        Assert.Equal((77, "zombie of the agent"), (process.Id, process.Role));

        static string Stat(char state, uint flags) => $"77 (mayfly-agent) {state} 1 77 77 0 -1 {flags} {string.Join(' ', Enumerable.Range(10, 40))}\n";
    }

    [RootFact]
    public async Task AMountThatOnlyAnAgentSeesIsFoundUntilItEnds()
    {
        using var place = new SandboxPlace();
        var point = Directory.CreateDirectory(place.File("m")).FullName;
        using var process = await StartAsync(
            "unshare", "--mount", "/bin/sh", "-c", $"mount -t tmpfs none '{point}' && exec '{_agent}' -u");

        var mount = Assert.Single(SandboxInventory.Take().Items, item => item.Kind == InventoryKind.Mount && item.Name.StartsWith(point, StringComparison.Ordinal));
        await EndAsync(process);

        Assert.StartsWith($"{point} in mnt:[", mount.Name, StringComparison.Ordinal);
        Picture.MustNotShow(InventoryKind.Mount, mount.Name);
    }

    private async Task<string> MakePipeAsync(string name)
    {
        var path = Path.Combine(_scratch.FullName, name);
        using var making = Process.Start("mkfifo", [path]);
        await making.WaitForExitAsync().WithPatience();
        return path;
    }

    /// <summary>Starts a program that in the end is cat, and waits until it is.</summary>
    private static async Task<Process> StartAsync(string program, params string[] arguments)
    {
        var process = Start(program, arguments);
        await AnswersAsync(process);
        return process;
    }

    private static async Task AnswersAsync(Process cat)
    {
        await cat.StandardInput.WriteLineAsync("ready");
        await cat.StandardInput.FlushAsync();
        Assert.Equal("ready", await cat.StandardOutput.ReadLineAsync().WithPatience());
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;

    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WithPatience();
    }

    private static int? Pid(InventoryItem item) =>
        item.Kind == InventoryKind.Process ? int.Parse(item.Name.Split('@')[0], CultureInfo.InvariantCulture) : null;
}
