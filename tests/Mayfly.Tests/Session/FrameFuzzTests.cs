using Mayfly.Protocol;
using Mayfly.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Session;

public sealed class FrameFuzzTests : IDisposable
{
    private const int Inputs = 20_000;
    private const int Workers = 4;

    private static readonly byte[] Greeting =
        GuestWire.Encode(FrameType.Hello, 0, StreamId.Input, ProtocolJson.Encode(GuestWire.Greeting, ProtocolJson.Default.Hello));

    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _host.Delete(recursive: true);

    [Fact]
    public async Task WhateverFramesComeTheSessionEndsInOrderAndKeepsNoMemory()
    {
        await RunAsync(Enumerable.Range(0, 200));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var seeds = Enumerable.Range(0, Inputs).Chunk(Inputs / Workers);
        await Task.WhenAll(seeds.Select(chunk => Task.Run(() => RunAsync(chunk))));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
    }

    private async Task RunAsync(IEnumerable<int> seeds)
    {
        foreach (var seed in seeds)
        {
            var input = new FrameMutator(new Random(seed)).Next();
            try
            {
                await ConverseAsync(input, Path.Combine(_host.FullName, "out")).WaitAsync(SessionFixture.Patience);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception}", exception);
            }
        }
    }

    private static async Task ConverseAsync(byte[] input, string target)
    {
        var stream = new ReplayedGuest(Greeting, input, channels: 5);
        await using var connection = await AgentConnection.OpenAsync(stream, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        Task[] operations =
        [
            UseCommandAsync(connection),
            connection.PushAsync("/proc/self/stat", "/in", null, CancellationToken.None),
            connection.PullAsync("/out", target, null, CancellationToken.None),
            UseForwardAsync(connection.ConnectAsync(new ForwardRequest { Port = 80 }, CancellationToken.None)),
            UseListenerAsync(connection),
        ];
        Assert.NotEmpty(await connection.Closed);
        foreach (var operation in operations)
        {
            var exception = await Record.ExceptionAsync(() => operation);
            Assert.True(exception is null or MayflyException or IOException, $"{exception}");
        }
    }

    private static async Task UseForwardAsync(Task<GuestStream> connecting)
    {
        await using var stream = await connecting;
        await stream.WriteAsync(new byte[100]);
        stream.CompleteWrites();
        await stream.CopyToAsync(Stream.Null);
        await stream.Ended;
    }

    private static async Task UseListenerAsync(AgentConnection connection)
    {
        await using var listener = await connection.ListenAsync(0, CancellationToken.None);
        await UseForwardAsync(listener.AcceptAsync(CancellationToken.None));
    }

    private static async Task UseCommandAsync(AgentConnection connection)
    {
        await using var command = await connection.StartAsync(SessionFixture.Exec(input: true), CancellationToken.None);
        await command.Input.WriteAsync(new byte[100]);
        await command.Output.CopyToAsync(Stream.Null);
        await command.Error.CopyToAsync(Stream.Null);
        await command.Outcome;
    }
}
