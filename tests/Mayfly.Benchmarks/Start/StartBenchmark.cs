using System.Diagnostics;
using System.Globalization;
using Mayfly.Images;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Benchmarks.Start;

/// <summary>
/// What a fresh machine costs, by each way to one, beside bare QEMU and containers. Everything is measured in one run: in each
/// round once and one after the other, so that the noise of the host is everybody's.
/// </summary>
#pragma warning disable CA1001 // Its one way in disposes of what it owns.
internal sealed class StartBenchmark
#pragma warning restore CA1001
{
    /// <summary>The keys of what there is to measure, with what they mean.</summary>
    public static readonly IReadOnlyDictionary<string, string> Keys = new Dictionary<string, string>
    {
        ["greeting"] = "bare QEMU until its monitor greets",
        ["bare"] = "bare QEMU until init's first word, stock and minimal kernel",
        ["cold"] = "a booted sandbox's first result, stock and minimal kernel, and its teardown",
        ["clone"] = "a cloned sandbox's first result, its teardown and its memory",
        ["pool"] = "the first result of a clone that a pool had ready",
        ["exec"] = "a command's round trip in a clone that has run some",
        ["rate"] = "machines started, used and destroyed per second, 1, 2 and 4 at a time",
        ["containers"] = "podman, crun and runc, where they run",
    };

    private const int ExercisedBy = 20;
    private static readonly TimeSpan _poolPause = TimeSpan.FromMilliseconds(10);
    private static readonly int[] _atOnce = [1, 2, 4];

    private readonly StartArguments _arguments;
    private readonly List<Series> _series = [];
    private readonly List<Func<Task>> _round = [];
    private readonly AsyncStack _resources = new();

    private StartBenchmark(StartArguments arguments) => _arguments = arguments;

    private static SandboxOptions Options => SandboxOptions.FromEnvironment() with { Kernel = SandboxKernel.Stock };

    public static async Task RunAsync(StartArguments arguments)
    {
        var benchmark = new StartBenchmark(arguments);
        await using (benchmark._resources)
        {
            await benchmark.RunAsync();
        }
    }

    private async Task RunAsync()
    {
        Console.WriteLine(await DescribeAsync());
        var store = new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System);
        var stock = await store.GetAsync(null, null, CancellationToken.None);
        var minimal = await store.HasMinimalAsync(CancellationToken.None) ? await store.GetMinimalAsync(null, CancellationToken.None) : null;
        AddBare(stock, minimal);
        AddCold(minimal is not null);
        await AddClonesAsync();
        await AddPoolAsync();
        await AddContainersAsync();

        // Once for nothing: files come into the host's cache, templates are made, code is compiled.
        await RoundAsync();
        foreach (var series in _series)
        {
            series.Clear();
        }

        for (var run = 0; run < _arguments.Runs; run++)
        {
            await RoundAsync();
        }

        Console.WriteLine(Series.Heads);
        foreach (var series in _series)
        {
            Console.WriteLine(series);
        }

        Console.WriteLine($"load average at the end: {LoadAverage()}");
    }

    private void AddBare(GuestImage stock, GuestImage? minimal)
    {
        if (_arguments.Wants("greeting"))
        {
            Each(Add(new Series("bare QEMU: to the monitor's greeting")), () => BareQemu.GreetAsync(stock));
        }

        if (!_arguments.Wants("bare"))
        {
            return;
        }

        Each(Add(new Series("bare QEMU: to init, stock kernel")), () => BareQemu.BootAsync(stock));
        var bareMinimal = Add(new Series("bare QEMU: to init, minimal kernel"));
        if (minimal is not null)
        {
            Each(bareMinimal, () => BareQemu.BootAsync(minimal));
        }
        else
        {
            bareMinimal.Absence = "the minimal kernel is not built";
        }
    }

    private void AddCold(bool hasMinimal)
    {
        if (!_arguments.Wants("cold"))
        {
            return;
        }

        var gone = Add(new Series("teardown of a booted machine"));
        Each(Add(new Series("boot to the first result, stock kernel", target: "1.15 times bare QEMU to init")), () => OnceAsync(Options with { Cold = true }, gone, null));
        var minimal = Add(new Series("boot to the first result, minimal kernel", target: "600 ms"));
        if (hasMinimal)
        {
            Each(minimal, () => OnceAsync(Options with { Cold = true, Kernel = SandboxKernel.Minimal }, gone, null));
        }
        else
        {
            minimal.Absence = "the minimal kernel is not built";
        }
    }

    private async Task AddClonesAsync()
    {
        var clone = _arguments.Wants("clone") ? Add(new Series("clone to the first result", target: "p50 80 ms, p95 150 ms")) : null;
        var gone = _arguments.Wants("clone") ? Add(new Series("teardown of a clone")) : null;
        var monitor = _arguments.Wants("clone") ? Add(new Series("private memory of a clone's monitor", "MiB", "30 MiB")) : null;
        var warden = _arguments.Wants("clone") ? Add(new Series("private memory of a clone's warden", "MiB")) : null;
        var exec = _arguments.Wants("exec") ? Add(new Series("exec round trip in an exercised clone")) : null;
        var rates = _arguments.Wants("rate") ? _atOnce.Select(count => Add(new Series($"machines per second, {count} at a time", "/s", "10/s"))).ToList() : [];
        if (clone is null && exec is null && rates.Count == 0)
        {
            return;
        }

        var exercised = _resources.Push(await Sandbox.StartAsync(Options));
        if (exercised.Boot.Start != SandboxStart.Clone)
        {
            foreach (var series in new[] { clone, gone, monitor, warden, exec }.OfType<Series>().Concat(rates))
            {
                series.Absence = $"machines are booted here: {exercised.Boot.StartReason}";
            }

            return;
        }

        if (clone is not null)
        {
            Each(clone, () => OnceAsync(Options, gone, id => Weigh(id, monitor!, warden!)));
        }

        if (exec is not null)
        {
            for (var run = 0; run < ExercisedBy; run++)
            {
                await ExecAsync(exercised);
            }

            Each(exec, () => ExecAsync(exercised));
        }

        for (var index = 0; index < rates.Count; index++)
        {
            var (series, count) = (rates[index], _atOnce[index]);
            _round.Add(async () => series.Add(await RateAsync(count)));
        }
    }

    private async Task AddPoolAsync()
    {
        if (!_arguments.Wants("pool"))
        {
            return;
        }

        var series = Add(new Series("clone of a pool to the first result", target: "20 ms"));
        try
        {
            var template = _resources.Push(await SandboxTemplate.CreateAsync(Options));
            var pool = _resources.Push(new SandboxPool(template, size: 1));
            Each(series, () => TakeAsync(pool));
        }
        catch (MayflyException exception)
        {
            series.Absence = exception.Message;
        }
    }

    private async Task AddContainersAsync()
    {
        if (!_arguments.Wants("containers"))
        {
            return;
        }

        var containers = new Containers();
        _resources.Push(new Disposal(containers));
        var (usable, unusable) = await containers.FindAsync();
        foreach (var (name, run) in usable)
        {
            Each(Add(new Series($"container: {name} true")), run);
        }

        foreach (var (name, reason) in unusable)
        {
            Add(new Series($"container: {name} true")).Absence = reason;
        }
    }

    private Series Add(Series series)
    {
        _series.Add(series);
        return series;
    }

    private void Each(Series series, Func<Task<TimeSpan>> once) => _round.Add(async () => series.Add(await once()));

    private async Task RoundAsync()
    {
        foreach (var step in _round)
        {
            await step();
        }
    }

    private static async Task<TimeSpan> OnceAsync(SandboxOptions options, Series? gone, Action<string>? weigh)
    {
        var begun = Stopwatch.GetTimestamp();
        var sandbox = await Sandbox.StartAsync(options);
        (await sandbox.ExecAsync(["true"])).EnsureSuccess();
        var first = Stopwatch.GetElapsedTime(begun);
        weigh?.Invoke(sandbox.Id);
        begun = Stopwatch.GetTimestamp();
        await sandbox.DisposeAsync();
        gone?.Add(Stopwatch.GetElapsedTime(begun));
        return first;
    }

    private static async Task<TimeSpan> ExecAsync(Sandbox sandbox)
    {
        var begun = Stopwatch.GetTimestamp();
        (await sandbox.ExecAsync(["true"])).EnsureSuccess();
        return Stopwatch.GetElapsedTime(begun);
    }

    /// <summary>Not before one is ready, for what is measured is a pool that keeps up; nor is the next thing measured before the pool is at rest.</summary>
    private static async Task<TimeSpan> TakeAsync(SandboxPool pool)
    {
        await FullAsync();
        var begun = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        await using (var sandbox = await pool.TakeAsync())
        {
            (await sandbox.ExecAsync(["true"])).EnsureSuccess();
            elapsed = Stopwatch.GetElapsedTime(begun);
        }

        await FullAsync();
        return elapsed;

        async Task FullAsync()
        {
            while (pool.Ready == 0)
            {
                await Task.Delay(_poolPause);
            }
        }
    }

    /// <summary>Twice as many machines as there may be at once.</summary>
    private static async Task<double> RateAsync(int atOnce)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            await OnceAsync(Options, null, null);
            await OnceAsync(Options, null, null);
        })));
        return 2 * atOnce / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static void Weigh(string id, Series monitor, Series warden)
    {
        var memory = PrivateMemory.Of(id);
        monitor.Add(memory.Monitor);
        warden.Add(memory.Warden);
    }

    private static async Task<string> DescribeAsync()
    {
        await using var sandbox = await Sandbox.StartAsync(Options with { Cold = true });
        return string.Create(CultureInfo.InvariantCulture, $"{Host.Text(sandbox)}; guests of {Options.Memory}, {Options.Cpus} cpu; load average {LoadAverage()}");
    }

    private static string LoadAverage() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);

    private sealed class Disposal(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
