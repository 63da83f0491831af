using System.Text;
using Mayfly.Hypervisors;

namespace Mayfly.Tests;

public sealed class ConsoleLogTests
{
    [Fact]
    public void KeepsTheLastBytesInOrder()
    {
        var log = new ConsoleLog(8);

        log.Write("abcdef"u8);
        log.Write("ghijk"u8);

        Assert.Equal("defghijk", log.GetText());
        Assert.Equal(11, log.TotalBytes);
    }

    [Fact]
    public void AWriteLargerThanTheRingKeepsItsEnd()
    {
        var log = new ConsoleLog(4);

        log.Write(Encoding.ASCII.GetBytes("0123456789"));
        log.Write("x"u8);

        Assert.Equal("789x", log.GetText());
        Assert.Equal(11, log.TotalBytes);
    }
}
