using System.Globalization;
using Mayfly.Benchmarks;
using Mayfly.Benchmarks.Guests;
using Mayfly.Benchmarks.Start;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
var runs = args.Length > 1 && int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : (int?)null;
switch (args.FirstOrDefault())
{
    case "boot":
        await BootBenchmark.RunAsync(runs ?? 10);
        return 0;
    case "start" when StartArguments.TryParse(args[1..], StartBenchmark.Keys.Keys.ToList()) is { } start:
        await StartBenchmark.RunAsync(start);
        return 0;
    case "start":
        await Console.Error.WriteLineAsync($"usage: build/bench start [--runs N] [--only WHAT,...]\n{string.Join('\n', StartBenchmark.Keys.Select(key => $"  {key.Key,-12}{key.Value}"))}");
        return 2;
    case "guestfact":
        await GuestFactBenchmark.RunAsync(runs ?? 3);
        return 0;
    case "kernel":
        return await KernelCheck.RunAsync();
    case "session":
        await SessionBenchmark.RunAsync(runs ?? 200);
        return 0;
    case "vsock":
        await VsockBenchmark.RunAsync(runs ?? 5);
        return 0;
    case "ssh":
        await SshBenchmark.RunAsync(runs ?? 200);
        return 0;
    case "endure":
        return await EnduranceRun.RunAsync(runs ?? 200);
    case "soak":
        return await SoakRun.RunAsync(runs ?? 1000);
    default:
        await Console.Error.WriteLineAsync(
            """
            usage: build/bench WHAT [RUNS]
              start     what a fresh machine costs, by each way to one, beside bare QEMU and containers: a table
                        ([--runs N] [--only WHAT,...]; default 100 runs of everything)
              boot      cold start to first result, beside bare QEMU booting the same kernel to init (default 10 runs)
              kernel    whether the minimal kernel has what sandboxes rely on; no measurement
              guestfact tests whose bodies run in machines: the first of a session, and a hundred, fresh machines beside
                        a shared one beside the host (default 3 sessions of each)
              session   exec round trip, push and pull rate in one machine (default 200 round trips)
              vsock     raw streams between host and guest: round trip and rate over our own vsock device, over
                        virtio-serial and over a socket pair (default 5 runs)
              ssh       exec round trip over SSH beside the agent's own way in; opening a session; plain ssh (default 200 round trips)
              soak      sandboxes in one process, two at a time: descriptors, threads and memory must not grow (default 1000)
              endure    boots in a row beside two busy loops: hangs and failures are counted (default 200 boots)
            """);
        return 2;
}
