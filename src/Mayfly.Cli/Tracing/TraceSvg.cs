using System.Globalization;
using System.Text;

namespace Mayfly.Cli.Tracing;

/// <summary>A trace as a drawing: a row for each phase, on one scale of time. Readable on light and on dark ground.</summary>
internal static class TraceSvg
{
    private const int Width = 960;
    private const int NameWidth = 220;
    private const int TimeWidth = 90;
    private const int BarWidth = Width - NameWidth - TimeWidth - 20;
    private const int Head = 56;
    private const int RowHeight = 22;
    private const int BarHeight = 14;
    private const int Indent = 12;
    private const int MostMarks = 8;
    private const int ShownNameChars = 34;

    private const string Style =
        "svg{color-scheme:light dark;font:13px system-ui,sans-serif}"
        + ".ground{fill:#fff}.text{fill:#1f2328}.faint{fill:#656d76}.mark{stroke:#d0d7de}.depth0{fill:#0969da}.depth1{fill:#54aeff}.depth2{fill:#80ccff}"
        + "@media(prefers-color-scheme:dark){.ground{fill:#0d1117}.text{fill:#e6edf3}.faint{fill:#8b949e}.mark{stroke:#30363d}"
        + ".depth0{fill:#388bfd}.depth1{fill:#1f6feb}.depth2{fill:#1158c7}}";

    private static readonly int[] _factors = [1, 2, 5, 10];

    /// <summary>The document.</summary>
    /// <param name="title">What was done.</param>
    /// <param name="phases">Where the time went.</param>
    public static string Draw(string title, IReadOnlyList<SandboxPhase> phases)
    {
        var wholeMs = phases.Count == 0 ? 0 : phases.Max(phase => (phase.Begin + phase.Duration).TotalMilliseconds);
        var scale = wholeMs > 0 ? BarWidth / wholeMs : 0;
        var height = Head + (RowHeight * phases.Count) + 12;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" role=\"img\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escape(title)}</title>\n<style>{Style}</style>\n<rect class=\"ground\" width=\"{Width}\" height=\"{height}\"/>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"text\" x=\"10\" y=\"20\">{Escape(title)}</text>\n");
        DrawMarks(svg, wholeMs, scale, height);
        for (var row = 0; row < phases.Count; row++)
        {
            DrawRow(svg, phases[row], Head + (RowHeight * row), scale);
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>Text that XML takes as it is meant: markup escaped, and what no document may hold replaced.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ when Rune.IsControl(rune) || rune.Value is 0xfffe or 0xffff => escaped.Append('\ufffd'),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    private static void DrawMarks(StringBuilder svg, double wholeMs, double scale, int height)
    {
        if (scale <= 0)
        {
            return;
        }

        var step = Step(wholeMs);
        for (var mark = 0; mark * step <= wholeMs; mark++)
        {
            var x = NameWidth + (mark * step * scale);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"mark\" x1=\"{x:0.##}\" y1=\"{Head - 8}\" x2=\"{x:0.##}\" y2=\"{height - 8}\"/>\n");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"faint\" x=\"{x:0.##}\" y=\"{Head - 14}\" text-anchor=\"middle\">{mark * step:0.###} ms</text>\n");
        }
    }

    private static void DrawRow(StringBuilder svg, SandboxPhase phase, int y, double scale)
    {
        var x = NameWidth + (phase.Begin.TotalMilliseconds * scale);
        var width = Math.Max(1, phase.Duration.TotalMilliseconds * scale);
        var duration = phase.Duration.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture);
        var indent = Indent * Math.Clamp(phase.Depth, 0, 8);
        svg.Append(CultureInfo.InvariantCulture, $"<g><title>{Escape(phase.Name)}: {duration} ms</title>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"text\" x=\"{10 + indent}\" y=\"{y + 12}\">{Escape(Shorten(phase.Name))}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"depth{Math.Clamp(phase.Depth, 0, 2)}\" x=\"{x:0.##}\" y=\"{y}\" width=\"{width:0.##}\" height=\"{BarHeight}\" rx=\"2\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"faint\" x=\"{Width - 10}\" y=\"{y + 12}\" text-anchor=\"end\">{duration} ms</text></g>\n");
    }

    /// <summary>1, 2 or 5 times a power of ten, so that there are at most a few marks.</summary>
    private static double Step(double wholeMs)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(wholeMs / MostMarks)));
        return _factors.Select(factor => factor * power).First(step => wholeMs / step <= MostMarks || step >= 10 * power);
    }

    private static string Shorten(string name) => name.Length <= ShownNameChars ? name : name[..ShownNameChars] + "…";
}
