using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Mayfly.Benchmarks.Start;

/// <summary>
/// The same work in containers, which share the host's kernel: <c>true</c> of a static busybox, without a network, until the
/// engine has ended. It uses the engines that are there and installs none.
/// </summary>
internal sealed class Containers : IDisposable
{
    private const int MostOfALimit = 4096;

    private static readonly string[] _runtimes = ["crun", "runc"];

    private readonly string _bundle = Directory.CreateTempSubdirectory("mayfly-bench-").FullName;
    private int _number;

    public Containers()
    {
        foreach (var folder in new[] { "bin", "proc", "sys", "dev", "tmp", "etc" })
        {
            Directory.CreateDirectory(Path.Combine(RootFolder, folder));
        }

        File.Copy("/bin/busybox", Path.Combine(RootFolder, "bin/busybox"));
        File.CreateSymbolicLink(Path.Combine(RootFolder, "bin/true"), "busybox");
    }

    private string RootFolder => Path.Combine(_bundle, "rootfs");

    /// <summary>The engines that run here, each by its name, and those that do not, each with the reason.</summary>
    public async Task<(Dictionary<string, Func<Task<TimeSpan>>> Usable, Dictionary<string, string> Unusable)> FindAsync()
    {
        var usable = new Dictionary<string, Func<Task<TimeSpan>>>();
        var unusable = new Dictionary<string, string>();
        foreach (var runtime in _runtimes)
        {
            await TryAsync($"{runtime} run", runtime, () => RunBareAsync(runtime));
        }

        // podman's own choice of a runtime need not be one that runs here.
        var best = usable.Keys.Select(name => name.Split(' ')[0]).FirstOrDefault();
        await TryAsync($"podman run --rm{(best is null ? "" : $" ({best})")}", "podman", () => RunPodmanAsync(best));
        return (usable, unusable);

        async Task TryAsync(string name, string program, Func<Task<TimeSpan>> run)
        {
            if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                unusable[name] = "not installed";
                return;
            }

            try
            {
                await run();
                usable[name] = run;
            }
            catch (InvalidOperationException exception)
            {
                unusable[name] = $"does not run here: {exception.Message}";
            }
        }
    }

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    private async Task<TimeSpan> RunBareAsync(string runtime)
    {
        var config = Path.Combine(_bundle, "config.json");
        if (!File.Exists(config))
        {
            await TimeAsync(runtime, ["spec", "--bundle", _bundle]);
            var spec = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
            var process = spec["process"]!.AsObject();
            process["terminal"] = false;
            process["args"] = new JsonArray("/bin/true");
            process.Remove("rlimits");
            await File.WriteAllTextAsync(config, spec.ToJsonString());
        }

        return await TimeAsync(runtime, ["run", "--bundle", _bundle, Name()]);
    }

    /// <summary>podman raises limits to its own defaults, which a process without that right may not.</summary>
    private Task<TimeSpan> RunPodmanAsync(string? runtime) => TimeAsync(
        "podman",
        [
            .. runtime is null ? Array.Empty<string>() : ["--runtime", runtime],
            "run", "--rm", "--name", Name(), "--network", "none", "--ulimit", Limit("nofile", "Max open files"), "--ulimit", Limit("nproc", "Max processes"),
            "--rootfs", RootFolder, "/bin/true",
        ]);

    private string Name() => string.Create(CultureInfo.InvariantCulture, $"mayfly-bench-{Environment.ProcessId}-{_number++}");

    /// <summary>No more than is allowed here, and few enough to be allowed within a container, too.</summary>
    private static string Limit(string name, string title)
    {
        var hard = File.ReadLines("/proc/self/limits").First(line => line.StartsWith(title, StringComparison.Ordinal))[title.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        var most = int.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, MostOfALimit) : MostOfALimit;
        return string.Create(CultureInfo.InvariantCulture, $"{name}={most}:{most}");
    }

    private static async Task<TimeSpan> TimeAsync(string program, IReadOnlyList<string> arguments)
    {
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var elapsed = Stopwatch.GetElapsedTime(begun);
        return process.ExitCode == 0 ? elapsed : throw new InvalidOperationException((await errors).Trim().Split('\n')[^1]);
    }
}
