using System.Diagnostics;
using System.Globalization;
using Mayfly.Tests.Sandboxes.Vsock;
using Mayfly.Tests.Session;

namespace Mayfly.Benchmarks;

/// <summary>
/// Raw streams between this process and a socat in the guest, over the own vsock device and over virtio-serial, side by
/// side; and over a socket pair within the host, which costs no guest at all.
/// </summary>
internal static class VsockBenchmark
{
    private const uint EchoPort = 6000;
    private const uint SinkPort = 6001;
    private const uint SourcePort = 7000;
    private const int RoundTrips = 2000;
    private const int BulkMiB = 128;
    private const long BulkBytes = BulkMiB * 1024L * 1024;

    public static async Task RunAsync(int runs)
    {
        await using var machine = await BenchMachine.StartAsync();
        Host.Describe(machine.Sandbox);
        var vsock = new StreamSamples("vsock");
        var serial = new StreamSamples("virtio-serial");
        var pair = new StreamSamples("socket pair");
        for (var run = 0; run < runs; run++)
        {
            await MeasureVsockAsync(machine.Sandbox, vsock);
            await MeasureSerialAsync(machine, serial);
            await MeasurePairAsync(pair);
        }

        foreach (var samples in new[] { vsock, serial, pair })
        {
            Console.WriteLine(samples.Describe(BulkMiB));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"vsock to virtio-serial, ratios of the medians: round trip {vsock.RoundTrip.Median / serial.RoundTrip.Median:0.00}, rate to the guest {serial.ToGuest.Median / vsock.ToGuest.Median:0.00}, rate to the host {serial.ToHost.Median / vsock.ToHost.Median:0.00}"));
    }

    private static async Task MeasureVsockAsync(Sandbox sandbox, StreamSamples samples)
    {
        await using (await Socat.ListenAsync(sandbox, $"VSOCK-LISTEN:{EchoPort}", "PIPE"))
        await using (var stream = await sandbox.ConnectVsockAsync(EchoPort))
        {
            await EchoAsync(stream, samples.RoundTrip);
        }

        await using (var sink = await Socat.ListenAsync(sandbox, "-u", "-b", "65536", $"VSOCK-LISTEN:{SinkPort}", "OPEN:/dev/null"))
        await using (var stream = await sandbox.ConnectVsockAsync(SinkPort))
        {
            var begun = Stopwatch.GetTimestamp();
            await WriteAsync(stream);
            stream.CompleteWrites();
            await sink.Completion;
            samples.ToGuest.Add(Stopwatch.GetElapsedTime(begun));
        }

        await using (var listener = await sandbox.ListenVsockAsync(SourcePort))
        await using (await sandbox.StartCommandAsync(Socat.Command("-u", "-b", "65536", $"OPEN:/dev/zero,readbytes={BulkBytes}", $"VSOCK-CONNECT:2:{SourcePort}")))
        await using (var stream = await listener.AcceptAsync())
        {
            samples.ToHost.Add(await ReadAsync(stream));
        }
    }

    private static async Task MeasureSerialAsync(BenchMachine machine, StreamSamples samples)
    {
        await using (await Socat.TransferAsync(machine.Sandbox, $"OPEN:{machine.SerialDevice},rdwr", "PIPE"))
        {
            await EchoAsync(machine.Serial, samples.RoundTrip);
        }

        await using (var command = await Socat.TransferAsync(machine.Sandbox, "-u", "-b", "65536", $"OPEN:{machine.SerialDevice},readbytes={BulkBytes}", "OPEN:/dev/null"))
        {
            var begun = Stopwatch.GetTimestamp();
            await WriteAsync(machine.Serial);
            await command.Completion;
            samples.ToGuest.Add(Stopwatch.GetElapsedTime(begun));
        }

        var source = Socat.Command("-u", "-b", "65536", $"OPEN:/dev/zero,readbytes={BulkBytes}", $"OPEN:{machine.SerialDevice}");
        await using (await machine.Sandbox.StartCommandAsync(source, new ExecOptions { Timeout = TimeSpan.FromMinutes(5) }))
        {
            samples.ToHost.Add(await ReadAsync(machine.Serial));
        }
    }

    private static async Task MeasurePairAsync(StreamSamples samples)
    {
        var (near, far) = await SocketPair.CreateAsync();
        await using (near)
        await using (far)
        {
            using var end = new CancellationTokenSource();
            var echo = far.CopyToAsync(far, end.Token);
            await EchoAsync(near, samples.RoundTrip);
            await end.CancelAsync();
            await Task.WhenAny(echo);

            var begun = Stopwatch.GetTimestamp();
            await Task.WhenAll(WriteAsync(near), ReadAsync(far));
            samples.ToGuest.Add(Stopwatch.GetElapsedTime(begun));
            begun = Stopwatch.GetTimestamp();
            await Task.WhenAll(WriteAsync(far), ReadAsync(near));
            samples.ToHost.Add(Stopwatch.GetElapsedTime(begun));
        }
    }

    private static async Task EchoAsync(Stream stream, Sample sample)
    {
        var buffer = new byte[1];
        for (var trip = -100; trip < RoundTrips; trip++)
        {
            var begun = Stopwatch.GetTimestamp();
            await stream.WriteAsync(buffer);
            await stream.ReadExactlyAsync(buffer);
            if (trip >= 0)
            {
                sample.Add(Stopwatch.GetElapsedTime(begun));
            }
        }
    }

    private static async Task WriteAsync(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        for (var left = BulkBytes; left > 0; left -= buffer.Length)
        {
            await stream.WriteAsync(buffer);
        }
    }

    /// <summary>Counted from the first byte, since the sender has to start first.</summary>
    private static async Task<TimeSpan> ReadAsync(Stream stream)
    {
        var buffer = new byte[256 * 1024];
        var left = BulkBytes - await stream.ReadAsync(buffer.AsMemory(0, 1));
        var begun = Stopwatch.GetTimestamp();
        while (left > 0)
        {
            var count = await stream.ReadAsync(buffer);
            left -= count > 0 ? count : throw new InvalidOperationException($"the stream ended {left} bytes too early");
        }

        return Stopwatch.GetElapsedTime(begun);
    }
}
