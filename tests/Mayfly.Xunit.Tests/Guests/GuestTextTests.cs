using System.Xml;
using Mayfly.Xunit.Guests.Machines;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>What a guest says is fit for terminals and XML files.</summary>
public sealed class GuestTextTests
{
    [Theory]
    [InlineData("plain \u00e4 \ud83d\ude00\n\tindented", "plain \u00e4 \ud83d\ude00\n\tindented")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("a\rb", "a\uFFFDb")]
    [InlineData("\u001b]0;title\a", "\uFFFD]0;title\uFFFD")]
    [InlineData("\0\u007f\u009b", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("", "")]
    public void ControlCharactersAreReplaced(string said, string told) => Assert.Equal(told, GuestText.Neutralise(said));

    [Fact]
    public void HalvesOfCharactersAndWhatIsNoneAreReplaced() =>
        Assert.Equal("\uFFFD.\uFFFD.\uFFFD\uFFFD", GuestText.Neutralise("\ud800.\udc00.\uFFFE\uFFFF"));

    [Fact]
    public void EverythingThatIsLeftFitsIntoXml()
    {
        var all = string.Concat(Enumerable.Range(0, 0x10000).Select(code => (char)code));

        Assert.Equal(0x10000, all.Length);
        _ = XmlConvert.VerifyXmlChars(GuestText.Neutralise(all));
        Assert.Throws<XmlException>(() => XmlConvert.VerifyXmlChars(all));
    }
}
