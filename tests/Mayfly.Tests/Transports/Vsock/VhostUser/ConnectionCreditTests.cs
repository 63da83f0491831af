using Mayfly.Transports.Vsock.VhostUser.Connections;
using Mayfly.Transports.Vsock.VhostUser.Packets;

namespace Mayfly.Tests.Transports.Vsock.VhostUser;

public sealed class ConnectionCreditTests
{
    private const uint Buffer = 64 * 1024;

    private readonly ConnectionCredit _credit = new();

    [Fact]
    public void NothingMayBeSentBeforeTheGuestHasGrantedAny() => Assert.Equal(0u, _credit.Available);

    [Fact]
    public void TheCounterOfWhatWasSentWrapsAt4GiB()
    {
        Assert.True(_credit.TryUpdate(Told(0)));
        for (ulong sent = 0; sent < 5UL << 32; sent += Buffer)
        {
            Assert.Equal(Buffer, _credit.Available);
            _credit.NoteSent((int)Buffer);
            Assert.Equal(0u, _credit.Available);
            Assert.True(_credit.TryUpdate(Told((uint)(sent + Buffer))));
        }
    }

    [Fact]
    public void TheCounterOfWhatWasReadWrapsAt4GiB()
    {
        for (ulong read = 0; read < 5UL << 32; read += VsockLimits.CreditStepBytes)
        {
            Assert.True(_credit.TryReceive(VsockLimits.CreditStepBytes));
            Assert.True(_credit.NoteRead(VsockLimits.CreditStepBytes));
            Assert.Equal((uint)(read + VsockLimits.CreditStepBytes), _credit.Tell());
        }
    }

    [Fact]
    public void AClaimToHaveTakenMoreThanWasSentIsAnOffenceAlsoAcrossTheWrap()
    {
        Assert.True(_credit.TryUpdate(Told(0)));
        for (var count = 0; count < 1 << 16; count++)
        {
            _credit.NoteSent((int)Buffer);
            Assert.True(_credit.TryUpdate(Told(_credit.Sent)));
        }

        Assert.Equal(0u, _credit.Sent);
        Assert.False(_credit.TryUpdate(Told(1)));
        _credit.NoteSent(10);
        Assert.False(_credit.TryUpdate(Told(11)));
        Assert.True(_credit.TryUpdate(Told(10)));
    }

    [Fact]
    public void AnOlderCountIsNoOffenceAndChangesNothing()
    {
        Assert.True(_credit.TryUpdate(Told(0)));
        _credit.NoteSent(100);
        Assert.True(_credit.TryUpdate(Told(100)));

        Assert.True(_credit.TryUpdate(Told(40)));
        Assert.Equal(Buffer, _credit.Available);
    }

    [Fact]
    public void AShrinkingBufferStopsTheSenderWithoutWrapping()
    {
        Assert.True(_credit.TryUpdate(Told(0)));
        _credit.NoteSent(1000);
        Assert.True(_credit.TryUpdate(Told(0) with { BufferBytes = 10 }));
        Assert.Equal(0u, _credit.Available);
    }

    [Fact]
    public void NotAllCreditIsBelieved()
    {
        Assert.True(_credit.TryUpdate(Told(0) with { BufferBytes = uint.MaxValue }));
        Assert.Equal(VsockLimits.MaxPeerCreditBytes, _credit.Available);
    }

    [Fact]
    public void NoMoreIsTakenThanWasGranted()
    {
        Assert.True(_credit.TryReceive(VsockLimits.ReceiveBufferBytes));
        Assert.False(_credit.TryReceive(1));
        Assert.False(_credit.TryReceive(uint.MaxValue));
        Assert.True(_credit.TryReceive(0));
        _credit.NoteRead(1);
        Assert.True(_credit.TryReceive(1));
    }

    [Fact]
    public void AReadThatCountsTwiceIsNotToldToTheGuest()
    {
        Assert.True(_credit.TryReceive(Buffer));
        _credit.Discard();
        _credit.NoteRead((int)Buffer);

        Assert.Equal(Buffer, _credit.Tell());
    }

    private static PacketHeader Told(uint forwarded) => GuestDriver.Packet(PacketOperation.CreditUpdate, 1, 2, buffer: Buffer, forwarded: forwarded);
}
