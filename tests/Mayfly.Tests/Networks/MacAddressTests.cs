using System.Globalization;
using Mayfly.Networks;

namespace Mayfly.Tests.Networks;

public sealed class MacAddressTests
{
    [Fact]
    public void ItIsLocallyAdministeredAndOfOneCard()
    {
        var first = byte.Parse(MacAddress.Of("0123456789").ToString()[..2], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        Assert.Equal(2, first & 3);
        Assert.Matches("^([0-9a-f]{2}:){5}[0-9a-f]{2}$", MacAddress.Of("0123456789").ToString());
    }

    [Fact]
    public void ItFollowsFromTheSandboxAlone()
    {
        Assert.Equal(MacAddress.Of("0123456789"), MacAddress.Of("0123456789"));
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(number => MacAddress.Of($"sandbox-{number}")).Distinct().Count());
    }
}
