using System.Xml;
using System.Xml.Linq;
using Mayfly.Cli.Tracing;

namespace Mayfly.Cli.Tests.Tracing;

public sealed class TraceSvgTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void EveryPhaseIsDrawnWhereItLies()
    {
        var drawing = Parse(TraceSvg.Draw("true", [Phase("image", 0, 100, 0), Phase("boot", 100, 300, 0), Phase("wait", 250, 150, 1)]));

        var bars = drawing.Descendants(_svg + "g").Select(row => row.Element(_svg + "rect")!).ToList();
        Assert.Equal(["image", "boot", "wait"], drawing.Descendants(_svg + "g").Select(row => row.Element(_svg + "text")!.Value));
        Assert.Equal(["depth0", "depth0", "depth1"], bars.Select(bar => bar.Attribute("class")!.Value));
        Assert.Equal(End(bars[0]), Number(bars[1], "x"), 0.1);
        Assert.Equal(End(bars[1]), End(bars[2]), 0.1);
        Assert.Equal(3 * Number(bars[0], "width"), Number(bars[1], "width"), 0.1);
    }

    [Theory]
    [InlineData("</text><script>alert(1)</script>")]
    [InlineData("\" onload=\"x' & ]]> <![CDATA[")]
    [InlineData("\0\u001b[31m\u0085\ufffe\uffff\t\n")]
    [InlineData("\ud800 half a pair")]
    public void NoNameOrTitleBreaksOutOfItsPlace(string name)
    {
        var drawing = Parse(TraceSvg.Draw(name, [Phase(name, 0, 1, 0)]));

        Assert.Empty(drawing.Descendants(_svg + "script"));
        Assert.DoesNotContain(drawing.DescendantsAndSelf().Attributes(), attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal(TraceSvgPlain(name), drawing.Element(_svg + "title")!.Value);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.0001)]
    [InlineData(7)]
    [InlineData(86_400_000)]
    public void AnyLengthOfTimeHasAScaleOfAFewMarks(double ms)
    {
        var drawing = Parse(TraceSvg.Draw("x", [Phase("x", 0, ms, 0)]));

        Assert.InRange(drawing.Elements(_svg + "line").Count(), 0, 10);
    }

    [Fact]
    public void ATraceWithoutPhasesIsADrawingAsWell() => Assert.Empty(Parse(TraceSvg.Draw("x", [])).Descendants(_svg + "g"));

    private static string TraceSvgPlain(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => System.Text.Rune.IsControl(rune) || rune.Value is 0xfffe or 0xffff ? "\ufffd" : rune.ToString()));

    private static SandboxPhase Phase(string name, double beginMs, double ms, int depth) =>
        new(name, TimeSpan.FromMilliseconds(beginMs), TimeSpan.FromMilliseconds(ms), depth);

    private static XElement Parse(string svg)
    {
        using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, CheckCharacters = true });
        return XElement.Load(reader, LoadOptions.PreserveWhitespace);
    }

    private static double Number(XElement bar, string name) => double.Parse(bar.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);

    private static double End(XElement bar) => Number(bar, "x") + Number(bar, "width");
}
