using System.Diagnostics;
using System.Xml.Linq;

namespace Mayfly.Xunit.Tests.DotnetTest;

/// <summary>A <c>dotnet test</c> of samples/GuestTests, in a process group and a runtime directory of its own.</summary>
internal sealed class DotnetTestRun : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(5);
    private static readonly XNamespace _trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    // Short, for sockets below it.
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mfd-");
    private readonly Process _process;
    private readonly Task<string> _output;

    /// <summary>Starts it, without the settings of the sample, which leave out the deadly tests.</summary>
    public DotnetTestRun(params string[] arguments)
    {
        var start = new ProcessStartInfo("setsid", ["dotnet", "test", Sample, "--results-directory", _scratch.FullName, .. arguments])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["MAYFLY_REQUIRE"] = "1";
        start.Environment["MAYFLY_ARTIFACTS"] = Path.Combine(_scratch.FullName, "artifacts");
        start.Environment["XDG_RUNTIME_DIR"] = _scratch.FullName;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>What it exited with.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it takes from this host: processes that name its directory.</summary>
    public string[] Processes => Remains.Processes(_scratch.FullName);

    /// <summary>The directories of its machines.</summary>
    public IEnumerable<string> Machines
    {
        get
        {
            var runtime = Path.Combine(_scratch.FullName, "mayfly");
            return Directory.Exists(runtime) ? Directory.EnumerateDirectories(runtime) : [];
        }
    }

    private static string Sample
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "samples", "GuestTests", "bin", output.Parent.Name, output.Name, "GuestTests.dll");
        }
    }

    /// <summary>Its output, once it has ended.</summary>
    public async Task<string> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(_patience);
        return await _output.WaitAsync(_patience);
    }

    /// <summary>Waits for something to be so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.True(clock.Elapsed < _patience, $"{what} has not come about");
            await Task.Delay(20);
        }
    }

    /// <summary>Sends a signal to the whole process group, as a terminal does.</summary>
    public Task SignalAsync(string signal) => KillAsync(signal, $"-{_process.Id}");

    /// <summary>Kills the process that runs the tests.</summary>
    public Task KillTestHostAsync() =>
        KillAsync("KILL", Directory.EnumerateDirectories("/proc").Where(IsTestHost).Select(process => Path.GetFileName(process)).Single());

    /// <summary>The results that it has written as <c>results.trx</c>, by the names of the tests' methods.</summary>
    public IReadOnlyDictionary<string, XElement> Results() => XDocument.Load(Path.Combine(_scratch.FullName, "results.trx"))
        .Descendants(_trx + "UnitTestResult")
        .ToDictionary(result => result.Attribute("testName")!.Value.Split('.')[^1]);

    /// <summary>The text of an element of a result.</summary>
    public static string TextOf(XElement result, string element) => string.Concat(result.Descendants(_trx + element).Select(each => each.Value));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _scratch.Delete(recursive: true);
    }

    /// <summary>Whether a process is one of this session's that runs tests.</summary>
    private bool IsTestHost(string process)
    {
        try
        {
            // Behind the name in brackets: state, parent, group, session.
            var status = File.ReadAllText(Path.Combine(process, "stat"));
            return status[(status.LastIndexOf(')') + 2)..].Split(' ')[3] == $"{_process.Id}"
                && File.ReadAllText(Path.Combine(process, "cmdline")).Contains("testhost.dll", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task KillAsync(string signal, string target)
    {
        using var kill = Process.Start("kill", ["-s", signal, "--", target]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
