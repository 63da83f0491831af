using Mayfly.Protocol;
using Mayfly.Session;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Session;

/// <summary>A connection and its scripted guest.</summary>
internal sealed class SessionFixture : IAsyncDisposable
{
    /// <summary>Far more than anything here takes, so that running out means a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Task _serving;

    private SessionFixture(AgentConnection connection, GuestWire wire, Task serving)
    {
        Connection = connection;
        Wire = wire;
        _serving = serving;
    }

    public AgentConnection Connection { get; }

    public GuestWire Wire { get; }

    /// <summary>A connection whose guest has greeted and then does what the test makes it do.</summary>
    public static async Task<SessionFixture> OpenAsync()
    {
        var (host, guest) = await SocketPair.CreateAsync();
        var wire = new GuestWire(guest);
        await wire.SendHelloAsync();
        var connection = await OpenHostAsync(host);
        await wire.ReadAsync(FrameType.Hello);
        return new SessionFixture(connection, wire, Task.CompletedTask);
    }

    /// <summary>A connection whose guest serves every channel with the handler.</summary>
    public static async Task<SessionFixture> ServeAsync(Func<AgentChannel, Request, Task> serve)
    {
        var (host, guest) = await SocketPair.CreateAsync();
        var wire = new GuestWire(guest);
        var serving = Task.Run(new TestAgent(wire, serve).RunAsync);
        return new SessionFixture(await OpenHostAsync(host), wire, serving);
    }

    public static Task<AgentConnection> OpenHostAsync(Stream host) =>
        AgentConnection.OpenAsync(host, TimeProvider.System, NullLogger.Instance, CancellationToken.None).WaitAsync(Patience);

    public static ExecRequest Exec(bool input = false) => new() { Argv = ["test"], Input = input };

    /// <summary>Starts a command that the test's own script has to answer.</summary>
    public async Task<IGuestCommand> StartAsync(bool input = false)
    {
        var starting = Connection.StartAsync(Exec(input), CancellationToken.None);
        var open = await Wire.ReadAsync(FrameType.Open);
        await Wire.SendAsync(open.Header.Channel, new StartedProgress(42));
        return await starting.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().AsTask().WaitAsync(Patience);
        await _serving.WaitAsync(Patience);
        await Wire.DisposeAsync();
    }
}
