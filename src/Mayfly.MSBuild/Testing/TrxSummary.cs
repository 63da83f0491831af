using System.Globalization;
using System.Xml;

namespace Mayfly.MSBuild.Testing;

/// <summary>What a file of test results says. It was written in a guest: nothing of it is believed but as text and numbers to show.</summary>
/// <param name="Passed">How many tests.</param>
/// <param name="Failed">How many did not pass, for whatever reason.</param>
/// <param name="Skipped">How many were not run.</param>
/// <param name="FailedNames">The names of the first that failed, safe to print.</param>
internal sealed record TrxSummary(int Passed, int Failed, int Skipped, IReadOnlyList<string> FailedNames)
{
    private const int MostNames = 20;
    private const int MostNameChars = 200;
    private const long MostBytes = 64 * 1024 * 1024;

    /// <summary>Reads a file; null where there is none of at most 64 MiB that can be read.</summary>
    public static TrxSummary? Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes)
            {
                return null;
            }

            using var reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return Read(reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or XmlException)
        {
            return null;
        }
    }

    private static TrxSummary Read(XmlReader reader)
    {
        var (passed, failed, skipped) = (0, 0, 0);
        var names = new List<string>();
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "UnitTestResult")
            {
                continue;
            }

            switch (reader.GetAttribute("outcome"))
            {
                case "Passed":
                    passed++;
                    break;
                case "NotExecuted":
                    skipped++;
                    break;
                default:
                    failed++;
                    if (names.Count < MostNames)
                    {
                        var name = GuestText.Neutralise(reader.GetAttribute("testName") ?? "");
                        names.Add(name.Length <= MostNameChars ? name : name[..MostNameChars] + "...");
                    }

                    break;
            }
        }

        return new TrxSummary(passed, failed, skipped, names);
    }

    /// <summary>For people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Passed} passed, {Failed} failed, {Skipped} skipped");
}
