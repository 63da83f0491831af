using Mayfly.Agent.Boot;
using Mayfly.Agent.Native;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

public sealed class SessionKeyTests
{
    private static readonly string Key = new('k', VsockSettings.SessionKeyChars);

    [Fact]
    public async Task TheKeyIsTakenInPiecesAndNothingBehindIt()
    {
        var (agent, host) = SocketPair.Create();
        using (agent)
        using (host)
        {
            var checking = Task.Run(() => SessionKey.IsSentOn(agent, Key));
            await host.SendAsync("kkk"u8.ToArray());
            await host.SendAsync((byte[])[.. Enumerable.Repeat((byte)'k', Key.Length - 3), .. "next"u8]);

            Assert.True(await checking.WaitAsync(TimeSpan.FromSeconds(60)));
            Assert.Equal("next"u8.ToArray(), Rest(agent));
        }
    }

    [Fact]
    public async Task AnotherKeyOrNoneIsRefused()
    {
        var (agent, host) = SocketPair.Create();
        using (agent)
        using (host)
        {
            await host.SendAsync(Enumerable.Repeat((byte)'x', Key.Length).ToArray());
            Assert.False(SessionKey.IsSentOn(agent, Key));
            host.Dispose();
            Assert.False(SessionKey.IsSentOn(agent, Key));
        }
    }

    [Fact]
    public void TheMemoryOfAMachineIsRead()
    {
        Assert.Equal(2048, MemoryInfo.Parse("MemTotal:       2 kB\nMemFree: 1 kB\n"));
        Assert.Equal(0, MemoryInfo.Parse("nothing"));
        Assert.True(MemoryInfo.TotalBytes > 0);
    }

    private static unsafe byte[] Rest(Descriptor socket)
    {
        var buffer = new byte[16];

        // SAFETY: at most the array's length goes into it.
        fixed (byte* start = buffer)
        {
            return buffer[..(int)Libc.Read(socket, start, (nuint)buffer.Length)];
        }
    }
}
