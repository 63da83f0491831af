using System.Diagnostics;

namespace Mayfly.Tests.Agent;

/// <summary>A warden started from the built agent, and a directory for it to remove.</summary>
internal sealed class WardenProcess : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    public WardenProcess(params string[] program)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("mayfly-warden-test-").FullName;
        var start = new ProcessStartInfo(AgentPath)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["warden", "--remove", Directory, "--", .. program])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    public static string AgentPath => Path.Combine(AppContext.BaseDirectory, "mayfly-agent");

    public string Directory { get; }

    public async Task<string?> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(_deadline);

    public async Task<string> ReadErrorsAsync() => await _process.StandardError.ReadToEndAsync().WaitAsync(_deadline);

    public async Task<string?> ReadErrorLineAsync() => await _process.StandardError.ReadLineAsync().WaitAsync(_deadline);

    /// <summary>Reads the line that says which process the program is.</summary>
    public async Task<int> ReadStartedAsync()
    {
        var line = await ReadLineAsync();
        Assert.StartsWith("started ", line, StringComparison.Ordinal);
        return int.Parse(line!["started ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What the owner's death does.</summary>
    public void CloseInput() => _process.StandardInput.Close();

    public void StopListening()
    {
        _process.StandardOutput.Close();
        _process.StandardError.Close();
    }

    public void Kill() => _process.Kill();

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(_deadline);
        return _process.ExitCode;
    }

    /// <summary>Completes when the process has ended; at once where it is gone already.</summary>
    public static async Task WaitForEndOfAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            await process.WaitForExitAsync().WaitAsync(_deadline);
        }
        catch (ArgumentException)
        {
            // Gone already.
        }
    }

    public void Dispose()
    {
        // The end of its input makes a warden that still lives clean up.
        _process.StandardInput.Dispose();
        if (!_process.WaitForExit(_deadline))
        {
            _process.Kill();
        }

        _process.Dispose();
        if (System.IO.Directory.Exists(Directory))
        {
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
