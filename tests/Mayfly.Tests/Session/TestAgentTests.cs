using Mayfly.Protocol;

namespace Mayfly.Tests.Session;

/// <summary>The scripted guest itself: tests must not hang in it.</summary>
public sealed class TestAgentTests
{
    [Fact]
    public async Task AHandlerThatWaitsForCreditEndsWithTheSession()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task writing = Task.CompletedTask;
        await using (var session = await SessionFixture.ServeAsync(async (channel, _) =>
        {
            await channel.StartedAsync();
            await channel.WriteAsync(StreamId.Output, new byte[ProtocolLimits.WindowBytes]);

            // Nobody reads over there, so this has to wait, and does by the time it returns.
            writing = channel.WriteAsync(StreamId.Output, new byte[1]);
            waiting.SetResult();
            await writing;
        }))
        {
            _ = await session.Connection.StartAsync(SessionFixture.Exec(), CancellationToken.None).WaitAsync(SessionFixture.Patience);
            await waiting.Task.WaitAsync(SessionFixture.Patience);

            Assert.False(writing.IsCompleted);
        }

        await Assert.ThrowsAsync<IOException>(() => writing);
    }
}
