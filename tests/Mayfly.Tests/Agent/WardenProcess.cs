using System.Diagnostics;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>A warden of the built agent, spoken to as its owner does, in a runtime directory of its own.</summary>
internal sealed class WardenProcess : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    public WardenProcess(int? most = null, string? root = null, string? id = null, string? name = null, string[]? startedBy = null)
    {
        Root = root ?? System.IO.Directory.CreateTempSubdirectory("mft-").FullName;
        Id = id ?? $"t{Guid.NewGuid():N}"[..10];
        string[] command = [.. startedBy ?? [], AgentPath, "warden", Root, Id, .. most is { } limit ? [$"{limit}"] : Array.Empty<string>()];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        Send(new SandboxFacts { Id = Id, Created = DateTimeOffset.UnixEpoch, Machine = "a test", Name = name }.Write());
    }

    public static string AgentPath => Path.Combine(AppContext.BaseDirectory, "mayfly-agent");

    public string Root { get; }

    public string Id { get; }

    public string Directory => Path.Combine(Root, Id);

    public int ProcessId => _process.Id;

    /// <summary>A warden that has made its directory.</summary>
    public static async Task<WardenProcess> StartAsync()
    {
        var warden = new WardenProcess();
        Assert.Equal("ready", await warden.ReadLineAsync());
        return warden;
    }

    /// <summary>A warden whose program runs; its number is the second part.</summary>
    public static async Task<(WardenProcess Warden, int Program)> StartAsync(params string[] program)
    {
        var warden = await StartAsync();
        warden.Send(new WardenPlan { Program = program }.Write());
        return (warden, await warden.ReadStartedAsync());
    }

    public void Send(ReadOnlySpan<byte> text)
    {
        _process.StandardInput.BaseStream.Write(text);
        _process.StandardInput.BaseStream.Flush();
    }

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
        if (System.IO.Directory.Exists(Root))
        {
            System.IO.Directory.Delete(Root, recursive: true);
        }
    }
}
