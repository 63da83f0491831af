using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Mayfly.Hypervisors.Qemu;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class QmpClientTests : IAsyncLifetime, IDisposable
{
    private const string Greeting = """{"QMP": {"version": {}, "capabilities": []}}""";
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly List<QmpEvent> _events = [];
    private NetworkStream _client = null!;
    private NetworkStream _monitor = null!;
    private StreamReader _commands = null!;

    public async Task InitializeAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var near = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await near.ConnectAsync(new UnixDomainSocketEndPoint(path));
        _client = new NetworkStream(near, ownsSocket: true);
        _monitor = new NetworkStream(await listener.AcceptAsync(), ownsSocket: true);
        _commands = new StreamReader(_monitor);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _commands.Dispose();
        _monitor.Dispose();
        _client.Dispose();
    }

    [Fact]
    public async Task AnswersFindTheirCommandsWhateverTheirOrder()
    {
        await using var client = await OpenAsync();
        var first = client.ExecuteAsync("first", null, default);
        var second = client.ExecuteAsync("second", null, default);
        await _commands.ReadLineAsync();
        await _commands.ReadLineAsync();

        await SayAsync("""{"return": "two", "id": 3}""", """{"return": "one", "id": 2}""");

        Assert.Equal("one", (await first.WaitAsync(_deadline)).GetString());
        Assert.Equal("two", (await second.WaitAsync(_deadline)).GetString());
    }

    [Fact]
    public async Task ARefusalCarriesQemusWords()
    {
        await using var client = await OpenAsync();
        var command = client.ExecuteAsync("nonsense", null, default);

        await SayAsync("""{"id": 2, "error": {"class": "CommandNotFound", "desc": "The command nonsense has not been found"}}""");

        var error = await Assert.ThrowsAsync<QmpException>(() => command.WaitAsync(_deadline));
        Assert.Contains("has not been found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EventsHaveAllBeenGivenWhenTheConversationHasEnded()
    {
        await using var client = await OpenAsync();

        await SayAsync("""{"event": "SHUTDOWN", "data": {"guest": true, "reason": "guest-reset"}, "timestamp": {}}""");
        await _monitor.DisposeAsync();

        await client.Closed.WaitAsync(_deadline);
        Assert.Equal("guest-reset", Assert.Single(_events).TryGetText("reason"));
    }

    [Fact]
    public async Task AConversationThatEndsFailsWhatWaitsAndWhatComesLater()
    {
        await using var client = await OpenAsync();
        var waiting = client.ExecuteAsync("first", null, default);

        await _monitor.DisposeAsync();

        await Assert.ThrowsAsync<QmpException>(() => waiting.WaitAsync(_deadline));
        await client.Closed.WaitAsync(_deadline);
        await Assert.ThrowsAsync<QmpException>(() => client.ExecuteAsync("second", null, default).WaitAsync(_deadline));
    }

    [Fact]
    public async Task ADescriptorGoesWithItsCommandAndIsTheSendersStill()
    {
        await using var monitor = new ScriptedMonitor();
        var opening = QmpClient.OpenAsync(monitor.Client, _events.Add, default);
        await monitor.GreetAsync();
        await using var client = await opening.WaitAsync(_deadline);
        var path = Path.GetTempFileName();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.DeleteOnClose);

        var sending = client.SendAsync("getfd", new JsonObject { ["fdname"] = "one" }, file, default);
        Assert.Equal("""{"fdname":"one"}""", await monitor.AnswerAsync("getfd"));
        await sending.WaitAsync(_deadline);

        RandomAccess.Write(Assert.Single(monitor.Descriptors), "through the socket"u8, 0);
        var read = new byte[100];
        Assert.Equal("through the socket", Encoding.UTF8.GetString(read, 0, RandomAccess.Read(file, read, 0)));

        var next = client.ExecuteAsync("next", null, default);
        await monitor.AnswerAsync("next");
        await next.WaitAsync(_deadline);
        Assert.Single(monitor.Descriptors);
    }

    [Fact]
    public async Task ADescriptorThatCantBeSentFailsItsCommand()
    {
        await using var monitor = new ScriptedMonitor();
        var opening = QmpClient.OpenAsync(monitor.Client, _events.Add, default);
        await monitor.GreetAsync();
        await using var client = await opening.WaitAsync(_deadline);
        using var file = File.OpenHandle("/dev/null");

        monitor.HangUp();

        await Assert.ThrowsAsync<QmpException>(() => client.SendAsync("getfd", null, file, default).WaitAsync(_deadline));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1, 2]")]
    [InlineData("{\"event\": \"X\"")]
    public async Task NonsenseEndsTheConversation(string line)
    {
        await using var client = await OpenAsync();

        await SayAsync(line);

        Assert.Contains("broke", await client.Closed.WaitAsync(_deadline), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALineWithoutEndIsBounded()
    {
        await using var client = await OpenAsync();

        // The client may hang up in the middle of it.
        var flood = _monitor.WriteAsync(new byte[QmpClient.MaxLineBytes * 2]).AsTask();

        Assert.Contains("exceeds", await client.Closed.WaitAsync(_deadline), StringComparison.Ordinal);
        await _monitor.DisposeAsync();
        await Task.WhenAny(flood);
    }

    private async Task<QmpClient> OpenAsync()
    {
        var opening = QmpClient.OpenAsync(_client, _events.Add, default);
        await SayAsync(Greeting);
        Assert.Contains("qmp_capabilities", await _commands.ReadLineAsync(), StringComparison.Ordinal);
        await SayAsync("""{"return": {}, "id": 1}""");
        return await opening.WaitAsync(_deadline);
    }

    private async Task SayAsync(params string[] lines) =>
        await _monitor.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))));
}
